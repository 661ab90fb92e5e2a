import { MULTITASK_STRATEGIES } from '../../domain/multitask.js';
import { toRestKwargs } from '../../domain/rest-kwargs.js';
import { RUN_STATUSES, type Run } from '../../domain/run.js';
import { STREAM_MODES } from '../../domain/stream-mode.js';
import { listRunEvents } from '../../services/log/read-run-events.js';
import { AssistantType } from '../assistants/assistant.js';
import { builder } from '../builder.js';
import { forwardArguments, makeConnection, makeCountedConnection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { RunEvent } from '../events/run-event.js';
import { given } from '../given.js';
import type { RunPayload } from '../loaders.js';
import { Node } from '../node.js';
import { CronType, RunType, ThreadType } from '../refs.js';
import { RunErrorType } from './error-code.js';
import { RunConfigType } from './run-config.js';

export const RunStatus = builder.enumType('RunStatus', {
  description:
    "INTERRUPTED = paused for human input (interrupt, interruptBefore/After) and resumable; CANCELLED = stopped by cancelRun, a multitask strategy or a disconnect; TIMEOUT = ran past the server's run time limit.",
  values: RUN_STATUSES,
});
export const StreamMode = builder.enumType('StreamMode', { values: STREAM_MODES });
export const MultitaskStrategy = builder.enumType('MultitaskStrategy', { values: MULTITASK_STRATEGIES });

const RunEventConnection = makeConnection('RunEvent', RunEvent);

RunType.implement({
  interfaces: [Node],
  fields: (t) => ({
    threadId: t.exposeID('threadId'),
    assistantId: t.exposeID('assistantId'),
    status: t.expose('status', { type: RunStatus }),
    metadata: t.expose('metadata', { type: 'JSONObject' }),
    multitaskStrategy: t.expose('multitaskStrategy', { type: MultitaskStrategy }),
    attempt: t.exposeInt('attempt'),
    thread: t.field({
      type: ThreadType,
      nullable: true,
      description: 'Null only in a payload that describes a run which this operation deleted.',
      resolve: ({ threadId }, _args, { load }) => load.thread.load(threadId),
    }),
    assistant: t.field({
      type: AssistantType,
      nullable: true,
      resolve: ({ assistantId }, _args, { load }) => load.assistant.load(assistantId),
    }),
    cron: t.field({
      type: CronType,
      nullable: true,
      resolve: ({ cronId }, _args, { load }) => (cronId === null ? null : load.cron.load(cronId)),
    }),
    input: t.field({ type: 'JSON', nullable: true, resolve: async (run, _args, context) => (await payloadOf(run, context)).kwargs.input }),
    config: t.field({ type: RunConfigType, resolve: async (run, _args, context) => (await payloadOf(run, context)).kwargs.config }),
    context: t.field({
      type: 'JSON',
      nullable: true,
      resolve: async (run, _args, context) => (await payloadOf(run, context)).kwargs.context,
    }),
    webhook: t.exposeString('webhook', { nullable: true }),
    streamModes: t.field({
      type: [StreamMode],
      resolve: async (run, _args, context) => (await payloadOf(run, context)).kwargs.streamModes,
    }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Final state values; null until finished.',
      resolve: async (run, _args, context) => (await payloadOf(run, context)).output,
    }),
    error: t.expose('error', { type: RunErrorType, nullable: true, description: 'A failed graph is data, not a GraphQL error.' }),
    kwargs: t.field({
      type: 'JSONObject',
      description: 'All creation arguments, as in the REST `kwargs`.',
      resolve: async (run, _args, context) => toRestKwargs((await payloadOf(run, context)).kwargs),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    runAfter: t.expose('availableAt', { type: 'DateTime', nullable: true }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    cancelRequestedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Set while a cancel waits for the graph to stop.',
      resolve: ({ status, cancelRequestedAt }) => (status === 'RUNNING' ? cancelRequestedAt : null),
    }),
    events: t.field({
      type: RunEventConnection,
      description: 'The retained event log; `edges.cursor` = eventId. Last page + subscribe(after: endCursor) loses nothing.',
      args: { modes: t.arg({ type: [StreamMode] }), subgraphs: t.arg.boolean({ defaultValue: true }), ...forwardArguments(t.arg) },
      resolve: (run, { modes, subgraphs, ...page }, { caller }) =>
        listRunEvents(caller, run, { filter: { modes: modes ?? null, subgraphs: subgraphs ?? true }, page: given(page) }),
    }),
  }),
});

async function payloadOf({ id }: Run, { load }: RequestContext): Promise<RunPayload> {
  const payload = await load.runPayload.load(id);
  if (!payload) throw new Error(`Run ${id} has no payload row.`);
  return payload;
}

export const RunConnection = makeCountedConnection('Run', RunType);
