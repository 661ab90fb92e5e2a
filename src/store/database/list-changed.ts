import type { Change, ChangeNoun } from '../../ports/signals.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from './database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/** A place in the order of changes; `id` null: before all that changed at that instant. */
export interface ChangePlace {
  readonly at: Date;
  readonly id: string | null;
}

/** An object that changed last at that place. */
export interface ChangedObject extends ChangePlace, Pick<Change, 'id' | 'threadId'> {
  readonly id: string;
}

const SOURCE_OF = {
  thread: { table: '"Thread"', threadId: '"id"' },
  run: { table: '"Run"', threadId: '"threadId"' },
} as const satisfies Record<ChangeNoun, { table: string; threadId: string }>;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * The objects of a tenant that changed last after a place, in order of that change. One that changes meanwhile moves on to the end, so
 * reading page after page misses none, except those whose transaction had begun before the place and commits later. One round trip.
 */
export async function listChangedAfter(
  db: Db,
  tenant: Tenant,
  { noun, after, limit }: { noun: ChangeNoun; after: ChangePlace; limit: number },
): Promise<ChangedObject[]> {
  const { table, threadId } = SOURCE_OF[noun];
  return db.$queryRaw<ChangedObject[]>`
    SELECT o."updatedAt" AS "at", o."id"::text, o.${Prisma.raw(threadId)}::text AS "threadId"
      FROM ${Prisma.raw(table)} o
     WHERE ${ownedBySql(tenant, 'o')}
       AND (o."updatedAt", o."id") > (${after.at}::timestamptz, ${after.id ?? FIRST_ID}::uuid)
     ORDER BY o."updatedAt", o."id"
     LIMIT ${limit}`;
}

/** What the database's clock says, in whole milliseconds, as rows are dated. */
export async function readDatabaseTime(db: Db): Promise<Date> {
  const [row] = await db.$queryRaw<[{ now: Date }]>`SELECT date_trunc('milliseconds', clock_timestamp()) AS "now"`;
  return row.now;
}
