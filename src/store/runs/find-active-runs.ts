import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/** Which active runs; null does not matter. */
export interface ActiveRunQuery {
  readonly threadId: string | null;
  readonly runIds: readonly string[] | null;
  readonly status: readonly ('PENDING' | 'RUNNING')[];
}

/** Ids of up to `limit` active runs, oldest first. One round trip. */
export async function findActiveRunIds(
  db: Db,
  tenant: Tenant,
  { threadId, runIds, status }: ActiveRunQuery,
  limit: number,
): Promise<string[]> {
  const where = [ownedBySql(tenant), Prisma.sql`"status" = ANY(${[...status]}::text[]::"RunStatus"[])`];
  if (threadId !== null) where.push(Prisma.sql`"threadId" = ${threadId}::uuid`);
  if (runIds !== null) where.push(Prisma.sql`"id" = ANY(${[...runIds]}::uuid[])`);
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id"::text
      FROM "Run"
     WHERE ${Prisma.join(where, ' AND ')}
     ORDER BY "sequence"
     LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}
