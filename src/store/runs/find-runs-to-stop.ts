import type { Fence } from '../../domain/run.js';
import type { Db } from '../database/database.js';

/** Of the runs that a process executes, those that it should stop: a cancel was requested, or the run is gone or no longer its own. One round trip. */
export function findRunsToStop(db: Db, held: readonly Fence[]): Promise<(Fence & { readonly isCancelled: boolean })[]> {
  return db.$queryRaw`
    SELECT held."runId"::text, held."attempt", r."cancelRequestedAt" IS NOT NULL AS "isCancelled"
      FROM unnest(
             ${held.map(({ runId }) => runId)}::uuid[],
             ${held.map(({ attempt }) => attempt)}::int[]
           ) AS held("runId", "attempt")
      LEFT JOIN "Run" r
        ON r."id" = held."runId" AND r."attempt" = held."attempt" AND r."status" = 'RUNNING'
     WHERE r."id" IS NULL
        OR r."cancelRequestedAt" IS NOT NULL`;
}
