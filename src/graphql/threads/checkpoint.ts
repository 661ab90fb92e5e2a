import type { Checkpoint } from '../../domain/thread-state.js';
import { builder } from '../builder.js';

export const CheckpointType = builder.objectRef<Checkpoint>('Checkpoint').implement({
  fields: (t) => ({
    threadId: t.exposeID('threadId'),
    checkpointId: t.exposeID('checkpointId'),
    checkpointNs: t.exposeString('checkpointNs'),
    checkpointMap: t.expose('checkpointMap', { type: 'JSONObject', nullable: true }),
  }),
});

export const CheckpointInput = builder.inputType('CheckpointInput', {
  fields: (t) => ({
    checkpointId: t.id(),
    checkpointNs: t.string({ defaultValue: '' }),
    checkpointMap: t.field({ type: 'JSONObject' }),
  }),
});
