import type { CancelAction } from '../../domain/cancel-action.js';
import type { Db } from '../database/database.js';

/**
 * Ends PENDING runs as CANCELLED; with ROLLBACK they leave every query as well. Returns those that owe a webhook call. One statement, in the
 * caller's transaction, which holds the thread.
 */
export function cancelIfPending(
  db: Db,
  { runIds, action }: { runIds: readonly string[]; action: CancelAction },
): Promise<{ readonly runId: string; readonly webhook: string }[]> {
  return db.$queryRaw`
    WITH cancelled AS (
      UPDATE "Run"
         SET "status"     = 'CANCELLED',
             "finishedAt" = CURRENT_TIMESTAMP,
             "updatedAt"  = CURRENT_TIMESTAMP,
             "removedAt"  = CASE WHEN ${action} = 'ROLLBACK' THEN CURRENT_TIMESTAMP END
       WHERE "id" = ANY(${[...runIds]}::uuid[])
         AND "status" = 'PENDING'
      RETURNING "id", "status", "webhook"
    ), fire AS (
      UPDATE "CronFire" f SET "runStatus" = cancelled."status" FROM cancelled WHERE f."runId" = cancelled."id"
    )
    SELECT "id"::text AS "runId", "webhook" FROM cancelled WHERE "webhook" IS NOT NULL`;
}
