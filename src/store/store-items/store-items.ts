import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../domain/json.js';
import type { ItemPlace, StoreItem } from '../../domain/store-item.js';
import { Prisma, type StoreItem as FullRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromJsonb } from '../database/json.js';
import { fromText } from '../database/text.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/** What raw statements select, in the shape that {@link toStoreItem} takes. */
export const ITEM_COLUMNS = Prisma.sql`"id"::text, "namespace", "key", "value", "createdAt", "updatedAt", "expiresAt", "sequence"`;

export type ItemRow = Pick<FullRow, 'id' | 'namespace' | 'key' | 'value' | 'createdAt' | 'updatedAt' | 'expiresAt' | 'sequence'>;

export function toStoreItem({ id, value, createdAt, updatedAt, expiresAt, ...names }: ItemRow): StoreItem {
  return { id, createdAt, updatedAt, expiresAt, ...toPlace(names), value: fromJsonb(value as Json) as JsonObject };
}

/** How the database spells a place. */
export type ItemNames = Pick<FullRow, 'namespace' | 'key'>;

export function toPlace({ namespace, key }: ItemNames): ItemPlace {
  return { namespace: namespace.map(fromText), key: fromText(key) };
}

/** The id of what stands, or would stand, at a place: a hash, so that equal places have equal ids and others have not. */
export function itemIdOf({ tenantId }: Tenant, { namespace, key }: ItemPlace): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([tenantId, namespace, key]))
    .digest('hex');
  // As RFC 9562 has it for ids of one's own making (version 8).
  return [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `a${hash.slice(17, 20)}`, hash.slice(20, 32)].join('-');
}

/** Nobody is shown an item that has expired, swept or not. */
export const IS_LIVE = Prisma.sql`("expiresAt" IS NULL OR "expiresAt" > CURRENT_TIMESTAMP)`;

/** An item as it is; `sequence` is another one after each put. */
export interface VersionedItem {
  readonly item: StoreItem;
  readonly sequence: bigint;
}

/** Several items by id. One round trip. */
export async function findStoreItems(db: Db, tenant: Tenant, ids: readonly string[]): Promise<Map<string, VersionedItem>> {
  const rows = await db.$queryRaw<ItemRow[]>`
    SELECT ${ITEM_COLUMNS}
      FROM "StoreItem"
     WHERE "id" = ANY(${[...ids]}::uuid[])
       AND ${ownedBySql(tenant)}
       AND ${IS_LIVE}`;
  return new Map(rows.map((row) => [row.id, { item: toStoreItem(row), sequence: row.sequence }]));
}
