import type { DeleteItem, PlannedPut } from '../../domain/store-operation.js';
import { Prisma } from '../../generated/prisma/client.js';
import { toJsonb } from '../database/json.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { pathOf } from './store-item-clauses.js';
import { IS_LIVE, ITEM_COLUMNS } from './store-items.js';
import type { StoreCte } from './store-read-ctes.js';

/** A put or a delete; no two of a batch are of the same item. */
export interface StoreWrite {
  /** Its place in the batch. */
  readonly at: number;
  readonly id: string;
  readonly operation: PlannedPut | DeleteItem;
}

/**
 * The writes, and `written`, which is there when they are done. Who writes several items holds the tenant's store meanwhile: two such batches
 * at once could otherwise each wait for a row of the other, since no order of locks covers rows that somebody else is inserting.
 */
export function storeWriteCtes(tenant: Tenant, writes: readonly StoreWrite[]): StoreCte[] {
  if (writes.length === 0) return [];
  const puts = writes.flatMap(({ at, id, operation }) => (operation.kind === 'put' ? [{ ...operation, at, id }] : []));
  const deletes = writes.filter(({ operation }) => operation.kind === 'delete');
  return [
    { name: 'held', body: Prisma.sql`MATERIALIZED (${writes.length > 1 ? holdStore(tenant) : Prisma.sql`SELECT 1`})` },
    putCte(tenant, puts),
    ...embeddingCtes(puts),
    deleteCte(tenant, deletes),
    { name: 'written', body: Prisma.sql`MATERIALIZED (SELECT (SELECT count(*) FROM put) + (SELECT count(*) FROM deleted))` },
  ];
}

/** Until the transaction ends. */
function holdStore({ tenantId }: Tenant): Prisma.Sql {
  return Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`store of ${tenantId}`}, 0))`;
}

type Put = PlannedPut & Pick<StoreWrite, 'at' | 'id'>;

function putCte({ tenantId }: Tenant, puts: readonly Put[]): StoreCte {
  const records = puts.map(({ at, id, namespace, key, value, ttlMinutes }) => ({
    at,
    id,
    namespace,
    path: pathOf(namespace),
    key,
    value,
    ttlMinutes,
  }));
  return {
    name: 'put',
    // What has expired is gone: an item put in its place is a new one.
    body: Prisma.sql`(
      INSERT INTO "StoreItem" AS i ("id", "tenantId", "namespace", "path", "key", "value", "ttlMinutes", "expiresAt", "sequence")
      SELECT p."id", ${tenantId}, p."namespace", p."path", p."key", p."value", p."ttlMinutes",
             CURRENT_TIMESTAMP + p."ttlMinutes" * interval '1 minute', p."sequence"
        FROM (SELECT *, nextval(pg_get_serial_sequence('"StoreItem"', 'sequence')) AS "sequence"
                FROM jsonb_to_recordset(${toJsonb(records)}::jsonb)
                  AS r("at" int, "id" uuid, "namespace" text[], "path" text, "key" text, "value" jsonb, "ttlMinutes" float8)) AS p,
             (SELECT count(*) FROM held) AS h
      ON CONFLICT ("id") DO UPDATE
         SET "value"      = EXCLUDED."value",
             "ttlMinutes" = EXCLUDED."ttlMinutes",
             "expiresAt"  = EXCLUDED."expiresAt",
             "sequence"   = EXCLUDED."sequence",
             "createdAt"  = CASE WHEN i."expiresAt" <= CURRENT_TIMESTAMP THEN EXCLUDED."createdAt" ELSE i."createdAt" END,
             "updatedAt"  = GREATEST(i."updatedAt", EXCLUDED."updatedAt")
      RETURNING ${ITEM_COLUMNS}
    )`,
    result: Prisma.sql`
      SELECT w."at", put.*, NULL::float8 AS "score"
        FROM put
        JOIN unnest(${puts.map(({ at }) => at)}::int[], ${puts.map(({ id }) => id)}::text[]) AS w("at", "id") USING ("id")`,
  };
}

/** After the items themselves, whose rows are held from then on. */
function embeddingCtes(puts: readonly Put[]): StoreCte[] {
  const records = puts.flatMap(({ id, vectors }) => vectors.map((vector, place) => ({ id, place, dims: vector.length, vector })));
  const embedded: StoreCte = {
    name: 'embedded',
    body: Prisma.sql`(
      INSERT INTO "StoreItemEmbedding" ("itemId", "place", "sequence", "dims", "vector")
      SELECT r."id", r."place", put."sequence", r."dims", r."vector"
        FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r("id" uuid, "place" int, "dims" int, "vector" real[])
        JOIN put ON put."id" = r."id"::text
      ON CONFLICT ("itemId", "place") DO UPDATE
         SET "sequence" = EXCLUDED."sequence",
             "dims"     = EXCLUDED."dims",
             "vector"   = EXCLUDED."vector"
    )`,
  };
  const outdated: StoreCte = {
    name: 'outdated',
    body: Prisma.sql`(
      DELETE FROM "StoreItemEmbedding" e
       USING put
        JOIN unnest(${puts.map(({ id }) => id)}::text[], ${puts.map(({ vectors }) => vectors.length)}::int[]) AS kept("id", "count") USING ("id")
       WHERE e."itemId" = put."id"::uuid
         AND e."place" >= kept."count"
    )`,
  };
  return records.length > 0 ? [embedded, outdated] : puts.length > 0 ? [outdated] : [];
}

function deleteCte(tenant: Tenant, deletes: readonly StoreWrite[]): StoreCte {
  return {
    name: 'deleted',
    body: Prisma.sql`(
      DELETE FROM "StoreItem" i
       USING unnest(${deletes.map(({ at }) => at)}::int[], ${deletes.map(({ id }) => id)}::uuid[]) AS d("at", "goneId"),
             (SELECT count(*) FROM held) AS h
       WHERE i."id" = d."goneId"
         AND ${ownedBySql(tenant, 'i')}
         AND ${IS_LIVE}
      RETURNING d."at", ${ITEM_COLUMNS}
    )`,
    result: Prisma.sql`SELECT *, NULL::float8 AS "score" FROM deleted`,
  };
}
