import type { Thread } from '../../domain/thread.js';
import { copyThread } from '../../services/threads/copy-thread.js';
import { createThread } from '../../services/threads/create-thread.js';
import { deleteThread } from '../../services/threads/delete-thread.js';
import { type PrunedThreads, pruneThreads } from '../../services/threads/prune-threads.js';
import { updateThread } from '../../services/threads/update-thread.js';
import { builder } from '../builder.js';
import { DeletePayload } from '../delete-payload.js';
import { given } from '../given.js';
import { IfExists } from '../if-exists.js';
import { ThreadType } from '../refs.js';
import { CommandInput } from '../runs/command-input.js';

const StateUpdateInput = builder.inputType('StateUpdateInput', {
  fields: (t) => ({
    values: t.field({ type: 'JSON' }),
    command: t.field({ type: CommandInput, description: 'Wins over `values`.' }),
    asNode: t.string({ required: true }),
  }),
});

const SuperstepInput = builder.inputType('SuperstepInput', {
  fields: (t) => ({ updates: t.field({ type: [StateUpdateInput], required: true }) }),
});

const CreateThreadInput = builder.inputType('CreateThreadInput', {
  fields: (t) => ({
    id: t.field({ type: 'UUID' }),
    graphId: t.string(),
    metadata: t.field({ type: 'JSONObject' }),
    ifExists: t.field({ type: IfExists, defaultValue: 'RAISE' }),
    ttlMinutes: t.int(),
    supersteps: t.field({
      type: [SuperstepInput],
      description: 'A history to begin with: each superstep becomes one checkpoint. Needs `graphId`; at most 1,000.',
    }),
  }),
});

const UpdateThreadInput = builder.inputType('UpdateThreadInput', {
  fields: (t) => ({ metadata: t.field({ type: 'JSONObject' }), ttlMinutes: t.int() }),
});

const ThreadPayload = builder.objectRef<{ readonly thread: Thread }>('ThreadPayload').implement({
  fields: (t) => ({ thread: t.expose('thread', { type: ThreadType }) }),
});

const PruneStrategy = builder.enumType('PruneStrategy', { values: ['DELETE', 'KEEP_LATEST'] as const });

const PruneThreadsPayload = builder.objectRef<PrunedThreads>('PruneThreadsPayload').implement({
  fields: (t) => ({
    prunedCount: t.exposeInt('prunedCount'),
    deletedIds: t.idList({ resolve: ({ deletedIds }) => [...deletedIds] }),
  }),
});

builder.mutationFields((t) => ({
  createThread: t.field({
    type: ThreadPayload,
    nullable: true,
    args: { input: t.arg({ type: CreateThreadInput, required: true, defaultValue: {} }) },
    resolve: async (_root, { input }, { caller }) => ({ thread: await createThread(caller, given(input)) }),
  }),
  updateThread: t.field({
    type: ThreadPayload,
    nullable: true,
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: UpdateThreadInput, required: true }) },
    resolve: async (_root, { id, input }, { caller }) => ({ thread: await updateThread(caller, id, given(input)) }),
  }),
  deleteThread: t.field({
    type: DeletePayload,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { caller }) => ({ deletedId: await deleteThread(caller, id) }),
  }),
  copyThread: t.field({
    type: ThreadPayload,
    nullable: true,
    description: 'Independent copy with full history.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { caller }) => ({ thread: await copyThread(caller, id) }),
  }),
  pruneThreads: t.field({
    type: PruneThreadsPayload,
    nullable: true,
    description:
      "DELETE removes the threads; KEEP_LATEST keeps each one's newest checkpoint per namespace and what it needs to resume. Missing ids are skipped; at most 1,000.",
    args: { ids: t.arg.idList({ required: true }), strategy: t.arg({ type: PruneStrategy, defaultValue: 'DELETE' }) },
    resolve: (_root, args, { caller }) => pruneThreads(caller, given(args)),
  }),
}));
