import { type UpdatedThreadState, updateThreadState } from '../../services/state/update-thread-state.js';
import { builder } from '../builder.js';
import { given } from '../given.js';
import { ThreadType } from '../refs.js';
import { CheckpointInput, CheckpointType } from './checkpoint.js';
import { ThreadStateType } from './thread-state.js';

const UpdateThreadStateInput = builder.inputType('UpdateThreadStateInput', {
  fields: (t) => ({
    values: t.field({ type: 'JSON' }),
    asNode: t.string(),
    checkpoint: t.field({ type: CheckpointInput }),
    checkpointId: t.id(),
    expectedCheckpointId: t.id({
      description: 'Optimistic concurrency: refuse (CHECKPOINT_CONFLICT) unless this is the latest checkpoint.',
    }),
  }),
});

const ThreadStatePayload = builder.objectRef<UpdatedThreadState>('ThreadStatePayload').implement({
  fields: (t) => ({
    thread: t.expose('thread', { type: ThreadType }),
    state: t.expose('state', { type: ThreadStateType }),
    checkpoint: t.field({ type: CheckpointType, resolve: ({ state }) => state.checkpoint }),
  }),
});

builder.mutationFields((t) => ({
  updateThreadState: t.field({
    type: ThreadStatePayload,
    nullable: true,
    description: 'Writes a new checkpoint (edit / time travel / human input).',
    args: { threadId: t.arg.id({ required: true }), input: t.arg({ type: UpdateThreadStateInput, required: true }) },
    resolve: (_root, { threadId, input }, { caller }) => updateThreadState(caller, threadId, given(input)),
  }),
}));
