import type { ItemRank, ListNamespaces, PlannedOperation, PlannedSearch, Vector } from '../../domain/store-operation.js';
import { Prisma } from '../../generated/prisma/client.js';
import { toText } from '../database/text.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { conditionClause, matchClauses, prefixClauses } from './store-item-clauses.js';
import { embeddedItems } from './store-item-embeddings.js';
import { IS_LIVE, ITEM_COLUMNS, itemIdOf } from './store-items.js';

/** A part of the statement that does a batch of store operations. */
export interface StoreCte {
  readonly name: string;
  readonly body: Prisma.Sql;
  /** What of it is to be given: the operation's place in the batch, then {@link ITEM_COLUMNS}, then a score. */
  readonly result?: Prisma.Sql;
}

/** An operation and its place in the batch. */
export interface StoreRead {
  readonly at: number;
  readonly operation: PlannedOperation;
}

/**
 * What the operations read, and the extension of the time that those items have left, `except` of those that the batch writes. An item whose
 * row somebody else has locked is being put, deleted or refreshed just now: it needs no extension, and is not waited for. Nor is anything
 * else from then on: a batch that writes has done so before.
 */
export function storeReadCtes(tenant: Tenant, operations: readonly StoreRead[], { except }: { except: readonly string[] }): StoreCte[] {
  const branches = operations.flatMap((operation) => readBranch(tenant, operation) ?? []);
  if (branches.length === 0) return [];
  return [
    {
      name: 'found("at", "refresh", "ttlMinutes", "id", "namespace", "key", "value", "createdAt", "updatedAt", "expiresAt", "sequence", "score")',
      body: Prisma.sql`MATERIALIZED (${Prisma.join(branches, ' UNION ALL ')})`,
    },
    {
      name: 'refreshed',
      body: Prisma.sql`(
        UPDATE "StoreItem" i
           SET "expiresAt" = CURRENT_TIMESTAMP + i."ttlMinutes" * interval '1 minute'
          FROM (SELECT "id"
                  FROM "StoreItem"
                 WHERE "id" IN (SELECT f."id"::uuid FROM found f WHERE f."refresh" AND f."ttlMinutes" IS NOT NULL)
                   AND NOT "id" = ANY(${[...except]}::uuid[])
                   ${except.length > 0 ? Prisma.sql`AND (SELECT TRUE FROM written)` : Prisma.empty}
                   FOR NO KEY UPDATE SKIP LOCKED) AS free
         WHERE i."id" = free."id"
        RETURNING i."id"::text, i."expiresAt"
      )`,
      result: Prisma.sql`
        SELECT f."at", f."id", f."namespace", f."key", f."value", f."createdAt", f."updatedAt",
               COALESCE(r."expiresAt", f."expiresAt") AS "expiresAt", f."sequence", f."score"
          FROM found f
          LEFT JOIN refreshed r USING ("id")`,
    },
  ];
}

/** One operation's rows, with whether their time is to be extended. Null: it reads nothing. */
function readBranch(tenant: Tenant, { at, operation }: StoreRead): Prisma.Sql | null {
  switch (operation.kind) {
    case 'get':
      return Prisma.sql`
        (SELECT ${at}::int AS "at", ${operation.refreshTtl}::bool AS "refresh", "ttlMinutes", ${ITEM_COLUMNS}, NULL::float8
           FROM "StoreItem"
          WHERE "id" = ${itemIdOf(tenant, operation)}::uuid
            AND ${ownedBySql(tenant)}
            AND ${IS_LIVE})`;
    case 'search':
      return searchBranch(tenant, at, operation);
    case 'namespaces':
      return namespacesBranch(tenant, at, operation);
    default:
      return null;
  }
}

function searchBranch(tenant: Tenant, at: number, search: PlannedSearch): Prisma.Sql {
  const from = (order: Prisma.Sql) =>
    Prisma.sql`SELECT ${at}::int AS "at", ${refreshes(search, order)} AS "refresh", "ttlMinutes", ${ITEM_COLUMNS}`;
  if (search.near !== null) {
    return Prisma.sql`
    (${from(Prisma.sql`"score" DESC, "sequence" DESC`)}, "score"
       FROM (${nearest(tenant, search, search.near)}) AS n
       JOIN "StoreItem" ON "id" = n."itemId")`;
  }
  const where = searchClauses(tenant, search);
  if (search.after) where.push(Prisma.sql`"sequence" < ${search.after.sequence}`);
  return Prisma.sql`
    (${from(Prisma.sql`"sequence" DESC`)}, NULL::float8 AS "score"
       FROM (SELECT *
               FROM "StoreItem"
              WHERE ${Prisma.join(where, ' AND ')}
              ORDER BY "sequence" DESC
              LIMIT ${search.limit} OFFSET ${search.offset}) AS page)`;
}

/** Whether a row of the page has its time extended. */
function refreshes({ refreshTtl, refreshMax }: PlannedSearch, order: Prisma.Sql): Prisma.Sql {
  return refreshTtl && refreshMax !== undefined
    ? Prisma.sql`row_number() OVER (ORDER BY ${order}) <= ${refreshMax}`
    : Prisma.sql`${refreshTtl}::bool`;
}

/** The page of a search by meaning: which items, and how similar they are. */
function nearest(tenant: Tenant, { after, limit, offset, ...search }: PlannedSearch, near: NonNullable<PlannedSearch['near']>): Prisma.Sql {
  return Prisma.sql`
    SELECT c."itemId", c."score"
      FROM (${'vector' in near ? compared(tenant, search, near.vector) : ranked(tenant, search, near.ranks)}) AS c
     WHERE ${after ? Prisma.sql`(c."score", c."rank") < (${after.score}::float8, ${after.sequence}::bigint)` : Prisma.sql`TRUE`}
     ORDER BY c."score" DESC, c."rank" DESC
     LIMIT ${limit} OFFSET ${offset}`;
}

type Sought = Pick<PlannedSearch, 'prefix' | 'conditions'>;

/** The best cosine similarity of each item's vectors, as pgvector computes it; that of a vector without direction is 0. */
function compared(tenant: Tenant, search: Sought, vector: Vector): Prisma.Sql {
  // Without OFFSET the vectors themselves would be sorted into groups, and compared afterwards: 60 ms instead of 35 (10,000 × 384, embedded).
  return Prisma.sql`
    SELECT one."itemId", one."rank", max(COALESCE(1 - NULLIF(one."distance", 'NaN'), 0)) AS "score"
      FROM (SELECT i."id" AS "itemId", i."sequence" AS "rank", e."embedding" <=> ${JSON.stringify(vector)}::vector AS "distance"
              FROM ${embeddedItems(vector.length)}
             WHERE ${Prisma.join(searchClauses(tenant, search), ' AND ')}
            OFFSET 0) AS one
     GROUP BY one."itemId", one."rank"`;
}

/** What rank-items.ts has found. */
function ranked(tenant: Tenant, search: Sought, ranks: readonly ItemRank[]): Prisma.Sql {
  return Prisma.sql`
    SELECT "id" AS "itemId", r."rank", r."score"
      FROM unnest(${ranks.map(({ sequence }) => sequence)}::bigint[], ${ranks.map(({ score }) => score)}::float8[]) AS r("rank", "score")
      JOIN "StoreItem" ON "sequence" = r."rank"
     WHERE ${Prisma.join(searchClauses(tenant, search), ' AND ')}`;
}

/** What makes a row one that a search may find. */
export function searchClauses(tenant: Tenant, { prefix, conditions }: Pick<PlannedSearch, 'prefix' | 'conditions'>): Prisma.Sql[] {
  return [ownedBySql(tenant), IS_LIVE, ...prefixClauses(prefix), ...conditions.map(conditionClause)];
}

function namespacesBranch(tenant: Tenant, at: number, { match, maxDepth, after, limit, offset }: ListNamespaces): Prisma.Sql {
  const namespace = Prisma.sql`${maxDepth === null ? Prisma.sql`"namespace"` : Prisma.sql`"namespace"[1:${maxDepth}::int]`} COLLATE "C"`;
  const where = [ownedBySql(tenant), IS_LIVE, ...match.flatMap(matchClauses)];
  if (after) where.push(Prisma.sql`${namespace} > ${after.map(toText)}::text[]`);
  return Prisma.sql`
    (SELECT ${at}::int, false, NULL::float8, NULL::text, n."namespace", NULL::text, NULL::jsonb, NULL::timestamptz, NULL::timestamptz,
            NULL::timestamptz, NULL::bigint, NULL::float8
       FROM (SELECT DISTINCT ${namespace} AS "namespace"
               FROM "StoreItem"
              WHERE ${Prisma.join(where, ' AND ')}
              ORDER BY 1
              LIMIT ${limit} OFFSET ${offset}) AS n)`;
}
