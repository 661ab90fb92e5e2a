import { builder } from './builder.js';

export const DeletePayload = builder.objectRef<{ readonly deletedId: string }>('DeletePayload').implement({
  description: '`deletedId` lets caches evict.',
  fields: (t) => ({ deletedId: t.exposeID('deletedId') }),
});
