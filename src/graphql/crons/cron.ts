import { type CronFire, CRON_FIRE_OUTCOMES, toRestPayload } from '../../domain/cron.js';
import { listCronFires, listCrons, previewFireTimes } from '../../services/crons/read-crons.js';
import { listRuns } from '../../services/runs/read-runs.js';
import { AssistantType } from '../assistants/assistant.js';
import { builder } from '../builder.js';
import { forwardArguments, makeConnection, makeCountedConnection } from '../connection.js';
import { given } from '../given.js';
import { Node } from '../node.js';
import { CronType, RunType, ThreadType } from '../refs.js';
import { OnCompletion } from '../runs/create-run-input.js';
import { RunErrorType } from '../runs/error-code.js';
import { RunConnection, RunStatus } from '../runs/run.js';

const NEXT_RUNS_DEFAULT = 5;

const CronFireOutcome = builder.enumType('CronFireOutcome', {
  description: 'MISSED = fire times that passed unserved, coalesced into the one firing that follows them; MANUAL = fireCron.',
  values: CRON_FIRE_OUTCOMES,
});

const CronFireType = builder.objectRef<CronFire>('CronFire').implement({
  description:
    'One firing, kept after its run is gone: `runId` and `runStatus` stay, `run` becomes null. MISSED stands for `missedCount` fire times from `scheduledAt` on.',
  fields: (t) => ({
    scheduledAt: t.expose('scheduledAt', { type: 'DateTime' }),
    firedAt: t.expose('firedAt', { type: 'DateTime' }),
    outcome: t.expose('outcome', { type: CronFireOutcome }),
    missedCount: t.exposeInt('missedCount'),
    runId: t.exposeID('runId', { nullable: true }),
    runStatus: t.field({
      type: RunStatus,
      nullable: true,
      resolve: async ({ runId, runStatus }, _args, { load }) =>
        runStatus ?? (runId === null ? null : ((await load.run.load(runId))?.status ?? null)),
    }),
    run: t.field({
      type: RunType,
      nullable: true,
      resolve: ({ runId }, _args, { load }) => (runId === null ? null : load.run.load(runId)),
    }),
    error: t.expose('error', { type: RunErrorType, nullable: true }),
  }),
});

const CronFireConnection = makeConnection('CronFire', CronFireType);

CronType.implement({
  interfaces: [Node],
  fields: (t) => ({
    assistantId: t.exposeID('assistantId'),
    assistant: t.field({
      type: AssistantType,
      // An assistant takes its crons with it.
      resolve: async ({ assistantId }, _args, { load }) => (await load.assistant.load(assistantId)) as never,
    }),
    threadId: t.exposeID('threadId', { nullable: true }),
    thread: t.field({
      type: ThreadType,
      nullable: true,
      resolve: ({ threadId }, _args, { load }) => (threadId === null ? null : load.thread.load(threadId)),
    }),
    schedule: t.exposeString('schedule'),
    timezone: t.exposeString('timezone', { description: 'IANA zone.' }),
    enabled: t.exposeBoolean('enabled'),
    onRunCompleted: t.expose('onRunCompleted', { type: OnCompletion }),
    endAt: t.expose('endAt', { type: 'DateTime', nullable: true }),
    nextRunAt: t.expose('nextRunAt', { type: 'DateTime', nullable: true }),
    payload: t.field({ type: 'JSONObject', resolve: toRestPayload }),
    metadata: t.expose('metadata', { type: 'JSONObject' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    runs: t.field({
      type: RunConnection,
      args: { status: t.arg({ type: [RunStatus] }), ...forwardArguments(t.arg) },
      resolve: ({ id }, { status, ...page }, { caller }) => listRuns(caller, given({ filter: { cronId: id, status }, page })),
    }),
    nextRuns: t.field({
      type: ['DateTime'],
      description: 'The next fire times, in order; a preview, nothing is stored.',
      args: { count: t.arg.int({ defaultValue: NEXT_RUNS_DEFAULT }) },
      resolve: (cron, { count }, { caller }) => previewFireTimes(caller, cron, count ?? NEXT_RUNS_DEFAULT),
    }),
    fires: t.field({
      type: CronFireConnection,
      description: 'What each firing did, newest first.',
      args: forwardArguments(t.arg),
      resolve: (cron, page, { caller }) => listCronFires(caller, cron, given(page)),
    }),
  }),
});

export const CronConnection = makeCountedConnection('Cron', CronType);

builder.objectField(ThreadType, 'crons', (t) =>
  t.field({
    type: CronConnection,
    args: forwardArguments(t.arg),
    resolve: ({ id }, page, { caller }) => listCrons(caller, given({ filter: { threadId: id }, page })),
  }),
);
