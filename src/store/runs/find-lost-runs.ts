import type { Db } from '../database/database.js';
import type { ClaimedRun } from './claim-runs.js';

/** A RUNNING run whose process seems to be gone. */
export type LostRun = Omit<ClaimedRun, 'kwargs'>;

/**
 * RUNNING runs whose lease has expired by the database's clock; `everyRun`: all of them, which only the embedded database's one process
 * may ask, at start. Those in `ownRunIds`, which the caller executes itself, are never among them; one that it claimed without hearing of it
 * (the connection broke at the commit) may be. Nothing is locked: whoever takes one over quotes its fence.
 */
export function findLostRuns(
  db: Db,
  { ownRunIds, everyRun, limit }: { ownRunIds: readonly string[]; everyRun: boolean; limit: number },
): Promise<LostRun[]> {
  return db.$queryRaw<LostRun[]>`
    SELECT r."id"::text AS "runId", r."attempt", r."tenantId", r."threadId"::text, r."graphId", r."lostCount", t."temporary"
      FROM "Run" r
      JOIN "Thread" t ON t."id" = r."threadId"
     WHERE r."status" = 'RUNNING'
       AND r."id" <> ALL(${[...ownRunIds]}::uuid[])
       AND (${everyRun} OR r."leaseUntil" < clock_timestamp())
     ORDER BY r."leaseUntil" NULLS FIRST, r."sequence"
     LIMIT ${limit}`;
}
