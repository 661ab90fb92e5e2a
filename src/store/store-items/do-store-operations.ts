import type { PlannedOperation, StoreResult } from '../../domain/store-operation.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromText } from '../database/text.js';
import type { Tenant } from '../tenant.js';
import { itemIdOf, type ItemRow, toStoreItem } from './store-items.js';
import { storeReadCtes } from './store-read-ctes.js';
import { type StoreWrite, storeWriteCtes } from './store-write-ctes.js';

/**
 * Does all of it in one statement, and gives what each operation gives, in their order: all reads see the store as it was before the
 * batch, and of several writes to one place only the last is done. Everything happens, or nothing. Concurrency: of two
 * batches at once that write several items one waits for the other.
 */
export async function doStoreOperations(db: Db, tenant: Tenant, operations: readonly PlannedOperation[]): Promise<StoreResult[]> {
  const planned = operations.map((operation, at) => ({ at, operation }));
  const writes = lastWrites(tenant, operations);
  const ctes = [...storeWriteCtes(tenant, writes), ...storeReadCtes(tenant, planned, { except: writes.map(({ id }) => id) })];
  if (ctes.length === 0) return [];

  const rows = await db.$queryRaw<ResultRow[]>`
      WITH ${Prisma.join(ctes.map(({ name, body }) => Prisma.sql`${Prisma.raw(name)} AS ${body}`))}
    SELECT *
      FROM (${Prisma.join(
        ctes.flatMap(({ result }) => result ?? []),
        ' UNION ALL ',
      )}) AS done
     ORDER BY "at", "score" DESC NULLS LAST, "sequence" DESC, "namespace" COLLATE "C"`;
  const rowsOf = new Map<number, ResultRow[]>();
  for (const row of rows) rowsOf.set(row.at, [...(rowsOf.get(row.at) ?? []), row]);
  return planned.map(({ at, operation }) => toResult(operation, rowsOf.get(at) ?? []));
}

type ResultRow = ItemRow & { readonly at: number; readonly score: number | null };

function lastWrites(tenant: Tenant, operations: readonly PlannedOperation[]): StoreWrite[] {
  const writes = operations.flatMap((operation, at) =>
    operation.kind === 'put' || operation.kind === 'delete' ? [{ at, id: itemIdOf(tenant, operation), operation }] : [],
  );
  return [...new Map(writes.map((write) => [write.id, write])).values()];
}

function toResult({ kind }: PlannedOperation, rows: readonly ResultRow[]): StoreResult {
  const [row] = rows;
  switch (kind) {
    case 'get':
    case 'put':
      return row ? toStoreItem(row) : null;
    case 'delete':
      return row ? { deletedId: row.id } : null;
    case 'search':
      return rows.map((found) => ({ item: toStoreItem(found), rank: { sequence: found.sequence, score: found.score } }));
    case 'namespaces':
      return rows.map(({ namespace }) => namespace.map(fromText));
  }
}
