import type { StoreItem } from '../../domain/store-item.js';
import { deleteStoreItem } from '../../services/store/delete-store-item.js';
import { putStoreItem } from '../../services/store/put-store-item.js';
import { builder } from '../builder.js';
import { DeletePayload } from '../delete-payload.js';
import { given } from '../given.js';
import { StoreItemType } from '../refs.js';

const PutStoreItemInput = builder.inputType('PutStoreItemInput', {
  fields: (t) => ({
    namespace: t.stringList({ required: true }),
    key: t.string({ required: true }),
    value: t.field({ type: 'JSONObject', required: true }),
    index: t.stringList(),
    ttlMinutes: t.float(),
  }),
});

const StoreItemPayload = builder.objectRef<{ readonly item: StoreItem }>('StoreItemPayload').implement({
  fields: (t) => ({ item: t.expose('item', { type: StoreItemType }) }),
});

builder.mutationFields((t) => ({
  putStoreItem: t.field({
    type: StoreItemPayload,
    nullable: true,
    args: { input: t.arg({ type: PutStoreItemInput, required: true }) },
    resolve: async (_root, { input }, { caller }) => ({ item: await putStoreItem(caller, given(input)) }),
  }),
  deleteStoreItem: t.field({
    type: DeletePayload,
    nullable: true,
    args: { namespace: t.arg.stringList({ required: true }), key: t.arg.string({ required: true }) },
    resolve: async (_root, place, { caller }) => ({ deletedId: await deleteStoreItem(caller, place) }),
  }),
}));
