import type { Interrupt } from '../../domain/interrupt.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { findInterruptRows } from './interrupts.js';
import { type InterruptQuery, listedThreadClauses } from './list-interrupts.js';

export interface InterruptChangeQuery extends Omit<InterruptQuery, 'pending'> {
  /** Only in these; null: in all threads that changed since. */
  readonly threadIds: readonly string[] | null;
  readonly since: Date;
  readonly limit: number;
}

/** Interrupts that appeared, were resolved or came to wait again at or after `since`, the newest `limit` of them, in order of that change. Two round trips. */
export async function listInterruptChanges(
  db: Db,
  tenant: Tenant,
  { threadIds, since, limit, ...query }: InterruptChangeQuery,
): Promise<(Interrupt & { readonly id: string })[]> {
  const ofThread = [
    ownedBySql(tenant, 't'),
    threadIds ? Prisma.sql`t."id" = ANY(${[...threadIds]}::uuid[])` : Prisma.sql`t."updatedAt" >= ${since}`,
    ...listedThreadClauses(query),
  ];
  const keys = await db.$queryRaw<{ id: string }[]>`
    SELECT i."id"::text
      FROM "Interrupt" i
     WHERE ${ownedBySql(tenant, 'i')}
       AND i."threadId" IN (SELECT t."id" FROM "Thread" t WHERE ${Prisma.join(ofThread, ' AND ')})
       AND i."updatedAt" >= ${since}
     ORDER BY i."updatedAt" DESC, i."id" DESC
     LIMIT ${limit}`;
  if (keys.length === 0) return [];
  const ids = keys.map(({ id }) => id).reverse();
  const rows = await findInterruptRows(db, tenant, ids);
  return ids.flatMap((id) => rows.get(id) ?? []);
}
