import type { JsonObject } from '../../domain/json.js';
import type { ItemContent, ItemPlace, StoreItem } from '../../domain/store-item.js';
import type { Caller } from '../caller.js';
import { doStoreOperations } from './do-store-operations.js';

export interface PutStoreItem extends ItemPlace, ItemContent {
  readonly value: JsonObject;
}

/** Puts an item, or replaces the whole value of the one that is there and keeps when it was created. One round trip. @throws BAD_USER_INPUT */
export async function putStoreItem(caller: Caller, input: PutStoreItem): Promise<StoreItem> {
  const [item] = await doStoreOperations(caller, [{ kind: 'put', ...input }], { path: ['input'] });
  if (!item) throw new Error('An item was put and is not given back.');
  return item;
}
