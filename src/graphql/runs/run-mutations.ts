import { CANCEL_ACTIONS } from '../../domain/cancel-action.js';
import { encodeEventId } from '../../domain/event-id.js';
import type { Run } from '../../domain/run.js';
import { cancelRun } from '../../services/runs/cancel-run.js';
import { cancelRuns } from '../../services/runs/cancel-runs.js';
import { createRun, createRuns } from '../../services/runs/create-run.js';
import { deleteRun } from '../../services/runs/delete-run.js';
import { joinRun, waitRun, type RunResult } from '../../services/runs/join-run.js';
import { builder } from '../builder.js';
import { DeletePayload } from '../delete-payload.js';
import { given } from '../given.js';
import { InterruptType } from '../interrupts/interrupt.js';
import { RunType } from '../refs.js';
import { CreateRunInput } from './create-run-input.js';
import { RunErrorType } from './error-code.js';
import { RunStatus } from './run.js';

export const RunPayload = builder.objectRef<{ readonly run: Run }>('RunPayload').implement({
  fields: (t) => ({ run: t.expose('run', { type: RunType }) }),
});

const RunResultPayload = builder.objectRef<RunResult>('RunResultPayload').implement({
  description: 'done=false: still going when timeoutMs elapsed (not an error).',
  fields: (t) => ({
    run: t.expose('run', { type: RunType }),
    done: t.exposeBoolean('done'),
    values: t.expose('values', { type: 'JSON', nullable: true }),
    interrupts: t.expose('interrupts', { type: [InterruptType] }),
    error: t.expose('error', { type: RunErrorType, nullable: true }),
    lastEventId: t.id({
      nullable: true,
      resolve: ({ run, lastEventSeq }) => (lastEventSeq === null ? null : encodeEventId({ threadId: run.threadId, seq: lastEventSeq })),
    }),
  }),
});

const RunsPayload = builder.objectRef<{ readonly runs: readonly Run[] }>('RunsPayload').implement({
  fields: (t) => ({ runs: t.field({ type: [RunType], resolve: ({ runs }) => runs }) }),
});

const CancelAction = builder.enumType('CancelAction', { values: CANCEL_ACTIONS });

const CancelRunsFilter = builder.inputType('CancelRunsFilter', {
  description: 'At least one of threadId/runIds is required unless status is given.',
  fields: (t) => ({ threadId: t.id(), runIds: t.idList(), status: t.field({ type: [RunStatus] }) }),
});

const TIMEOUT_MS = 55_000;

builder.mutationFields((t) => ({
  createRun: t.field({
    type: RunPayload,
    nullable: true,
    description: 'Queues a background run and returns at once. Follow it with Subscription.runEvents.',
    args: { input: t.arg({ type: CreateRunInput, required: true }) },
    resolve: async (_root, { input }, { caller }) => ({ run: await createRun(caller, given(input)) }),
  }),
  createRuns: t.field({
    type: RunsPayload,
    nullable: true,
    description: 'All-or-nothing batch, max 100.',
    args: { inputs: t.arg({ type: [CreateRunInput], required: true }) },
    resolve: async (_root, { inputs }, { caller }) => ({
      runs: await createRuns(
        caller,
        inputs.map((input) => given(input)),
      ),
    }),
  }),
  waitRun: t.field({
    type: RunResultPayload,
    nullable: true,
    description: 'createRun + wait. Returns early with done=false after `timeoutMs`; continue with joinRun.',
    args: { input: t.arg({ type: CreateRunInput, required: true }), timeoutMs: t.arg.int({ defaultValue: TIMEOUT_MS }) },
    resolve: (_root, { input, timeoutMs }, { caller, abort }) =>
      waitRun(caller, given(input), { timeoutMs: timeoutMs ?? TIMEOUT_MS, abort }),
  }),
  joinRun: t.field({
    type: RunResultPayload,
    nullable: true,
    description: 'Waits for an existing run. Safe to repeat.',
    args: {
      id: t.arg.id({ required: true }),
      timeoutMs: t.arg.int({ defaultValue: TIMEOUT_MS }),
      cancelOnDisconnect: t.arg.boolean({ defaultValue: false }),
    },
    resolve: (_root, { id, timeoutMs, cancelOnDisconnect }, { caller, abort }) =>
      joinRun(caller, id, { timeoutMs: timeoutMs ?? TIMEOUT_MS, cancelOnDisconnect: cancelOnDisconnect ?? false, abort }),
  }),
  cancelRun: t.field({
    type: RunPayload,
    nullable: true,
    description:
      '`wait` blocks (max 55 s) until the run has stopped; without it the payload may still say RUNNING, with `cancelRequestedAt` set. Repeating is harmless. A run that ended otherwise: RUN_NOT_CANCELLABLE.',
    args: {
      id: t.arg.id({ required: true }),
      action: t.arg({ type: CancelAction, defaultValue: 'INTERRUPT' }),
      wait: t.arg.boolean({ defaultValue: false }),
    },
    resolve: async (_root, { id, action, wait }, { caller, abort }) => ({
      run: await cancelRun(caller, id, { action: action ?? 'INTERRUPT', wait: wait ?? false, abort }),
    }),
  }),
  cancelRuns: t.field({
    type: RunsPayload,
    nullable: true,
    args: { filter: t.arg({ type: CancelRunsFilter, required: true }), action: t.arg({ type: CancelAction, defaultValue: 'INTERRUPT' }) },
    resolve: async (_root, { filter, action }, { caller }) => ({
      runs: await cancelRuns(caller, given(filter), action ?? 'INTERRUPT'),
    }),
  }),
  deleteRun: t.field({
    type: DeletePayload,
    nullable: true,
    description: 'Only finished runs (else RUN_ACTIVE).',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { caller }) => ({ deletedId: await deleteRun(caller, id) }),
  }),
}));
