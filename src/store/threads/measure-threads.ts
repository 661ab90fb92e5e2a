import type { ThreadStorage } from '../../domain/thread.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/**
 * Counts what threads have on disk: the columns of their rows as they are stored, without the room that pages and indexes take. One round
 * trip, which goes through all rows of the threads but does not unpack what they hold.
 */
export async function measureThreads(db: Db, tenant: Tenant, threadIds: readonly string[]): Promise<Map<string, ThreadStorage>> {
  const rows = await db.$queryRaw<(ThreadStorage & { id: string })[]>`
    SELECT t."id"::text, c."count" AS "checkpointCount", (c."bytes" + b."bytes" + w."bytes")::float8 AS "checkpointBytes",
           e."count" AS "eventCount", e."bytes"::float8 AS "eventBytes"
      FROM "Thread" t
     CROSS JOIN LATERAL (${measure('Checkpoint')}) c
     CROSS JOIN LATERAL (${measure('CheckpointBlob')}) b
     CROSS JOIN LATERAL (${measure('CheckpointWrite')}) w
     CROSS JOIN LATERAL (${measure('RunEvent')}) e
     WHERE t."id" = ANY(${[...threadIds]}::uuid[])
       AND ${ownedBySql(tenant, 't')}`;
  return new Map(rows.map(({ id, ...storage }) => [id, storage]));
}

const COLUMNS = {
  Checkpoint: Prisma.CheckpointScalarFieldEnum,
  CheckpointBlob: Prisma.CheckpointBlobScalarFieldEnum,
  CheckpointWrite: Prisma.CheckpointWriteScalarFieldEnum,
  RunEvent: Prisma.RunEventScalarFieldEnum,
};

/** Column by column: a row as one value would be unpacked before it is measured. */
function measure(table: keyof typeof COLUMNS): Prisma.Sql {
  const sizes = Object.keys(COLUMNS[table]).map((column) => `COALESCE(pg_column_size("${column}"), 0)`);
  return Prisma.sql`
    SELECT count(*)::int AS "count", COALESCE(sum(${Prisma.raw(sizes.join(' + '))}), 0) AS "bytes"
      FROM ${Prisma.raw(`"${table}"`)}
     WHERE "threadId" = t."id"`;
}
