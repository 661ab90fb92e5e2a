import type { ItemPlace } from '../../domain/store-item.js';
import type { Db } from '../database/database.js';
import type { Tenant } from '../tenant.js';
import { type ItemNames, toPlace } from './store-items.js';

/** An item that is gone. */
export interface SweptItem extends Tenant, ItemPlace {
  readonly id: string;
}

/** Deletes up to `limit` items that have expired; returns which. Over all tenants. Two callers at once share the work. One statement. */
export async function sweepStoreItems(db: Db, { limit }: { limit: number }): Promise<SweptItem[]> {
  const rows = await db.$queryRaw<(Pick<SweptItem, 'id' | 'tenantId'> & ItemNames)[]>`
    DELETE FROM "StoreItem"
     WHERE "id" IN (
       SELECT "id"
         FROM "StoreItem"
        WHERE "expiresAt" <= CURRENT_TIMESTAMP
        LIMIT ${limit}
          FOR UPDATE SKIP LOCKED)
    RETURNING "id"::text, "tenantId", "namespace", "key"`;
  return rows.map(({ id, tenantId, ...names }) => ({ id, tenantId, ...toPlace(names) }));
}
