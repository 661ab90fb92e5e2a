import { Prisma } from '../../generated/prisma/client.js';
import type { ChangeNoun, SubjectOf } from '../../ports/signals.js';
import { type ItemNames, toPlace } from '../store-items/store-items.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import type { Db } from './database.js';

/** A place in the order of changes; `id` null: before all that changed at that instant. */
export interface ChangePlace {
  readonly at: Date;
  readonly id: string | null;
}

/** An object that changed last at that place. */
export type ChangedObject<Noun extends ChangeNoun> = SubjectOf<Noun> & ChangePlace;

const SOURCE_OF: Readonly<Record<ChangeNoun, { readonly table: string; readonly facts: string }>> = {
  thread: { table: '"Thread"', facts: 'o."id"::text AS "threadId"' },
  run: { table: '"Run"', facts: 'o."threadId"::text' },
  storeItem: { table: '"StoreItem"', facts: 'o."namespace", o."key"' },
};
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * The objects of a tenant that changed last after a place, in order of that change. One that changes meanwhile moves on to the end, so
 * reading page after page misses none, except those whose transaction had begun before the place and commits later. One round trip.
 */
export async function listChangedAfter<Noun extends ChangeNoun>(
  db: Db,
  tenant: Tenant,
  { noun, after, limit }: { noun: Noun; after: ChangePlace; limit: number },
): Promise<ChangedObject<Noun>[]> {
  const { table, facts } = SOURCE_OF[noun];
  const rows = await db.$queryRaw<(ChangePlace & Partial<ItemNames>)[]>`
    SELECT o."updatedAt" AS "at", o."id"::text, ${Prisma.raw(facts)}
      FROM ${Prisma.raw(table)} o
     WHERE ${ownedBySql(tenant, 'o')}
       AND (o."updatedAt", o."id") > (${after.at}::timestamptz, ${after.id ?? FIRST_ID}::uuid)
     ORDER BY o."updatedAt", o."id"
     LIMIT ${limit}`;
  return rows.map(({ namespace, key, ...row }) => {
    const subject = { noun, ...row, ...(namespace && key !== undefined && toPlace({ namespace, key })) };
    return subject as unknown as ChangedObject<Noun>;
  });
}

/** What the database's clock says, in whole milliseconds, as rows are dated. */
export async function readDatabaseTime(db: Db): Promise<Date> {
  const [row] = await db.$queryRaw<[{ now: Date }]>`SELECT date_trunc('milliseconds', clock_timestamp()) AS "now"`;
  return row.now;
}
