import { notFound } from '../../domain/errors.js';
import type { ItemPlace } from '../../domain/store-item.js';
import type { Caller } from '../caller.js';
import { doStoreOperations } from './do-store-operations.js';

/** Deletes an item; returns its id. One round trip. @throws STORE_ITEM_NOT_FOUND */
export async function deleteStoreItem(caller: Caller, { namespace, key }: ItemPlace): Promise<string> {
  const [deleted] = await doStoreOperations(caller, [{ kind: 'delete', namespace, key }]);
  if (!deleted) throw notFound('StoreItem', `${JSON.stringify(key)} in ${JSON.stringify(namespace)}`);
  return deleted.deletedId;
}
