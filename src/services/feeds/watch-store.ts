import type { StoreChange } from '../../domain/change.js';
import { isWithin, type StoreItem } from '../../domain/store-item.js';
import { findStoreItems, type VersionedItem } from '../../store/store-items/store-items.js';
import type { Caller } from '../caller.js';
import { type ChangeFeedOptions, openChangeFeed } from './change-feed.js';
import { type FoundObject, makeObjectChanges, type ObjectChanges } from './object-changes.js';

export interface WatchStore extends ChangeFeedOptions, Pick<ObjectChanges<'storeItem', StoreItem, StoreChange>, 'toldMax'> {
  readonly namespacePrefix: readonly string[];
}

/**
 * Changes of the items below a prefix from now on, whoever makes them, as {@link openChangeFeed} gives them: each put, and each item that is
 * gone, a swept one when it is swept; RESYNC when some may have been missed. An extension of the time that an item has left is no change.
 */
export function watchStore(
  caller: Caller,
  { namespacePrefix, toldMax, ...options }: WatchStore,
): Promise<AsyncIterableIterator<readonly StoreChange[]>> {
  const source = makeObjectChanges<'storeItem', StoreItem, StoreChange>({
    name: 'store changed',
    noun: 'storeItem',
    beginsWithResync: false,
    concerns: ({ namespace }) => isWithin(namespace, namespacePrefix),
    async find(ids) {
      const items = await findStoreItems(caller.database.prisma, caller, ids);
      return new Map([...items].map(([id, found]) => [id, toFound(found)]));
    },
    toldMax,
    toItem: (kind, subject, item) => ({ kind, place: subject, item }),
  });
  return openChangeFeed(caller, source, options);
}

function toFound({ item, sequence }: VersionedItem): FoundObject<StoreItem> {
  return { object: item, version: String(sequence), matches: true, createdAt: item.createdAt, updatedAt: item.updatedAt };
}
