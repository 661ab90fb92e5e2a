import type { ListNamespaces, PlannedOperation, PlannedSearch } from '../domain/store-operation.js';
import { Prisma } from '../generated/prisma/client.js';
import { conditionClause, matchClauses, prefixClauses } from './store-item-clauses.js';
import { bestScore, embeddedItems } from './store-item-embeddings.js';
import { IS_LIVE, ITEM_COLUMNS, itemIdOf } from './store-items.js';
import { ownedBySql, type Tenant } from './tenant.js';
import { toText } from './text.js';

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
  const { after, limit, offset, refreshTtl } = search;
  const rank = search.near ? Prisma.sql`("score", "sequence")` : Prisma.sql`"sequence"`;
  const last = search.near ? Prisma.sql`(${after?.score ?? null}::float8, ${after?.sequence}::bigint)` : Prisma.sql`${after?.sequence}`;
  return Prisma.sql`
    (SELECT ${at}::int AS "at", ${refreshTtl}::bool AS "refresh", "ttlMinutes", ${ITEM_COLUMNS}, "score"
       FROM (${candidates(tenant, search)}) AS candidate
      WHERE ${after ? Prisma.sql`${rank} < ${last}` : Prisma.sql`TRUE`}
      ORDER BY ${search.near ? Prisma.sql`"score" DESC, "sequence" DESC` : Prisma.sql`"sequence" DESC`}
      LIMIT ${limit} OFFSET ${offset})`;
}

/** All that a search may find, each with its score. */
function candidates(tenant: Tenant, { near, ...search }: PlannedSearch): Prisma.Sql {
  const where = Prisma.join(searchClauses(tenant, search), ' AND ');
  if (near === null) return Prisma.sql`SELECT *, NULL::float8 AS "score" FROM "StoreItem" WHERE ${where}`;
  if ('vector' in near) {
    return Prisma.sql`SELECT i.*, ${bestScore(near.vector)} AS "score" FROM ${embeddedItems(near.vector.length)} WHERE ${where}`;
  }
  return Prisma.sql`
    SELECT i.*, r."score"
      FROM unnest(${near.ranks.map(({ sequence }) => sequence)}::bigint[], ${near.ranks.map(({ score }) => score)}::float8[]) AS r("rank", "score")
      JOIN "StoreItem" i ON i."sequence" = r."rank"
     WHERE ${where}`;
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
