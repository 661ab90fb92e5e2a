import { extract, parseExtractPath } from '../../domain/extract.js';
import type { Json } from '../../domain/json.js';
import { STATE_PAGE } from '../../domain/page.js';
import { NO_STORAGE, THREAD_STATUSES, type Thread } from '../../domain/thread.js';
import { listRuns } from '../../services/runs/read-runs.js';
import { findThreadState, listThreadHistory } from '../../services/state/read-thread-state.js';
import { builder } from '../builder.js';
import { makeCountedConnection, pageArguments } from '../connection.js';
import type { RequestContext } from '../context.js';
import { given } from '../given.js';
import { InterruptType } from '../interrupts/interrupt.js';
import { Node } from '../node.js';
import { RunType, ThreadType } from '../refs.js';
import { RunErrorType } from '../runs/error-code.js';
import { RunConnection, RunStatus } from '../runs/run.js';
import { RunConfigType } from '../runs/run-config.js';
import { CheckpointInput } from './checkpoint.js';
import { messagesIn } from './message.js';
import { MessageType, requireLast } from './message-type.js';
import { ThreadStateConnection, ThreadStateType } from './thread-state.js';
import { ThreadStorageType } from './thread-storage.js';

export const ThreadStatus = builder.enumType('ThreadStatus', { values: THREAD_STATUSES });

ThreadType.implement({
  interfaces: [Node],
  fields: (t) => ({
    status: t.expose('status', { type: ThreadStatus }),
    metadata: t.expose('metadata', { type: 'JSONObject' }),
    config: t.expose('config', { type: RunConfigType }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    stateUpdatedAt: t.expose('stateUpdatedAt', { type: 'DateTime', nullable: true }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    values: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Latest state values; null until the first checkpoint.',
      resolve: (thread, _args, context) => valuesOf(thread, context),
    }),
    extract: t.field({
      type: 'JSON',
      nullable: true,
      description: 'One value out of the thread, e.g. `values.messages[-1].content`; alias it to fetch several.',
      args: { path: t.arg.string({ required: true }) },
      resolve: async (thread, { path }, context) => {
        const steps = parseExtractPath(path, ['values', 'metadata']);
        const [root] = steps;
        return extract(root === 'values' ? { values: await valuesOf(thread, context) } : { metadata: thread.metadata }, steps);
      },
    }),
    messages: t.field({
      type: [MessageType],
      description: '`values.messages` typed, when the graph follows that convention; else empty.',
      args: { last: t.arg.int() },
      resolve: async (thread, { last }, context) => messagesIn(await valuesOf(thread, context), requireLast(last)),
    }),
    interrupts: t.field({
      type: [InterruptType],
      resolve: async ({ id }, _args, { load }) => (await load.pendingInterrupts.load(id)) ?? [],
    }),
    error: t.field({
      type: RunErrorType,
      nullable: true,
      resolve: async ({ id, status }, _args, { load }) =>
        status === 'ERROR' ? ((await load.threadSnapshot.load(id))?.error ?? null) : null,
    }),
    state: t.field({
      type: ThreadStateType,
      nullable: true,
      description: 'Null until the first checkpoint, or when the checkpoint does not exist.',
      args: { checkpoint: t.arg({ type: CheckpointInput }), subgraphs: t.arg.boolean({ defaultValue: false }) },
      resolve: (thread, { checkpoint, subgraphs }, { caller }) =>
        findThreadState(caller, thread, given({ checkpoint: checkpoint ?? null, subgraphs: subgraphs ?? false })),
    }),
    history: t.field({
      type: ThreadStateConnection,
      description: 'Newest first. `checkpoint` starts from that point or a subgraph namespace.',
      args: {
        checkpoint: t.arg({ type: CheckpointInput }),
        metadata: t.arg({ type: 'JSONObject' }),
        first: t.arg.int({ defaultValue: STATE_PAGE.defaultSize }),
        after: t.arg.string(),
      },
      resolve: (thread, { checkpoint, metadata, ...page }, { caller }) =>
        listThreadHistory(caller, thread, given({ checkpoint, metadata, page })),
    }),
    activeRun: t.field({ type: RunType, nullable: true, resolve: ({ id }, _args, { load }) => load.activeRun.load(id) }),
    runs: t.field({
      type: RunConnection,
      args: { status: t.arg({ type: [RunStatus] }), ...pageArguments(t.arg) },
      resolve: ({ id }, { status, ...page }, { caller }) => listRuns(caller, given({ filter: { threadId: id, status }, page })),
    }),
    storage: t.field({
      type: ThreadStorageType,
      description: 'What the thread costs on disk.',
      resolve: async ({ id }, _args, { load }) => (await load.threadStorage.load(id)) ?? NO_STORAGE,
    }),
  }),
});

async function valuesOf({ id }: Thread, { load }: RequestContext): Promise<Json> {
  return (await load.threadSnapshot.load(id))?.values ?? null;
}

export const ThreadConnection = makeCountedConnection('Thread', ThreadType);
