import type { ThreadStorage } from '../../domain/thread.js';
import { builder } from '../builder.js';

export const ThreadStorageType = builder.objectRef<ThreadStorage>('ThreadStorage').implement({
  description: 'Bytes as stored (compressed where the database compresses).',
  fields: (t) => ({
    checkpointCount: t.exposeInt('checkpointCount', { description: 'In all namespaces.' }),
    checkpointBytes: t.exposeFloat('checkpointBytes', { description: 'Of the checkpoints, their values and what tasks wrote on them.' }),
    eventCount: t.exposeInt('eventCount'),
    eventBytes: t.exposeFloat('eventBytes'),
  }),
});
