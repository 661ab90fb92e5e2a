import { extract, parseExtractPath } from '../../domain/extract.js';
import type { Interrupt } from '../../domain/interrupt.js';
import type { StateInterrupt, ThreadState, ThreadTask } from '../../domain/thread-state.js';
import { describeInterrupts } from '../../services/state/read-thread-state.js';
import { builder } from '../builder.js';
import { makeConnection } from '../connection.js';
import { InterruptType } from '../interrupts/interrupt.js';
import { CheckpointType } from './checkpoint.js';
import { messagesIn } from './message.js';
import { MessageType, requireLast } from './message-type.js';

/** A task of a state, whose interrupts are looked up in their thread, or of an event, which tells all that it says of them. */
type ShownTask = Omit<ThreadTask, 'interrupts'> & {
  readonly interrupts: { readonly told: Interrupt[] } | { readonly found: readonly StateInterrupt[]; readonly threadId: string };
};

export const ThreadStateType = builder.objectRef<ThreadState>('ThreadState');

export const ThreadTaskType = builder.objectRef<ShownTask>('ThreadTask').implement({
  description: '`taskId` not `id`: it repeats in copied threads, so clients must not normalise by it.',
  fields: (t) => ({
    taskId: t.exposeID('taskId'),
    name: t.exposeString('name'),
    result: t.expose('result', { type: 'JSON', nullable: true }),
    errorMessage: t.exposeString('errorMessage', { nullable: true }),
    interrupts: t.field({
      type: [InterruptType],
      resolve: ({ interrupts }, _args, { caller }) =>
        'told' in interrupts ? interrupts.told : describeInterrupts(caller, interrupts.threadId, interrupts.found),
    }),
    checkpoint: t.expose('checkpoint', { type: CheckpointType, nullable: true }),
    state: t.expose('state', { type: ThreadStateType, nullable: true }),
  }),
});

ThreadStateType.implement({
  fields: (t) => ({
    id: t.id({
      description: '`<threadId>/<ns>/<checkpointId>`. Values and next never change; tasks and interrupts do, as answers arrive.',
      resolve: ({ checkpoint: { threadId, checkpointNs, checkpointId } }) => `${threadId}/${checkpointNs}/${checkpointId}`,
    }),
    checkpoint: t.expose('checkpoint', { type: CheckpointType }),
    parentCheckpoint: t.expose('parentCheckpoint', { type: CheckpointType, nullable: true }),
    values: t.expose('values', { type: 'JSON' }),
    extract: t.field({
      type: 'JSON',
      nullable: true,
      args: { path: t.arg.string({ required: true }) },
      resolve: ({ values, metadata }, { path }) => extract({ values, metadata }, parseExtractPath(path, ['values', 'metadata'])),
    }),
    messages: t.field({
      type: [MessageType],
      args: { last: t.arg.int() },
      resolve: ({ values }, { last }) => messagesIn(values, requireLast(last)),
    }),
    next: t.stringList({ description: 'Nodes that would run next; empty = waiting for input.', resolve: ({ next }) => [...next] }),
    tasks: t.field({
      type: [ThreadTaskType],
      resolve: ({ tasks, checkpoint: { threadId } }) =>
        tasks.map((task) => ({ ...task, interrupts: { found: task.interrupts, threadId } })),
    }),
    interrupts: t.field({
      type: [InterruptType],
      resolve: ({ interrupts, checkpoint }, _args, { caller }) => describeInterrupts(caller, checkpoint.threadId, interrupts),
    }),
    metadata: t.expose('metadata', { type: 'JSONObject' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true }),
  }),
});

export const ThreadStateConnection = makeConnection('ThreadState', ThreadStateType);
