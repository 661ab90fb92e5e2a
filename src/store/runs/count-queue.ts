import type { Db } from '../database/database.js';

export interface QueueCounts {
  readonly pending: number;
  readonly running: number;
  readonly oldestPendingSeconds: number | null;
}

/** Counts over all tenants, by the database's clock. */
export async function countQueue(db: Db): Promise<QueueCounts> {
  const [counts] = await db.$queryRaw<[QueueCounts]>`
    SELECT count(*) FILTER (WHERE "status" = 'PENDING')::int AS "pending",
           count(*) FILTER (WHERE "status" = 'RUNNING')::int AS "running",
           extract(epoch FROM clock_timestamp() - min("availableAt") FILTER (
             WHERE "status" = 'PENDING' AND "availableAt" <= clock_timestamp()))::float8 AS "oldestPendingSeconds"
      FROM "Run"
     WHERE "status" IN ('PENDING', 'RUNNING')`;
  return counts;
}
