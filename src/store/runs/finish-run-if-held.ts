import type { CancelAction } from '../../domain/cancel-action.js';
import { LeaseLost } from '../../domain/errors.js';
import type { Fence, RunError, RunStatus } from '../../domain/run.js';
import type { Db } from '../database/database.js';
import { toText } from '../database/text.js';

export interface FinishedRun {
  /** CANCELLED when a cancel had been requested, however the graph call ended. */
  readonly status: RunStatus;
  readonly cancelAction: CancelAction | null;
  readonly webhook: string | null;
  /** Whether another run of the thread waits. */
  readonly hasActiveRun: boolean;
}

/**
 * Ends a run, unless another worker has taken it since: then throws {@link LeaseLost} and changes nothing. One that was told to roll back
 * leaves every query. The caller's transaction holds the thread.
 */
export async function finishRunIfHeld(
  db: Db,
  { fence, threadId, status, error }: { fence: Fence; threadId: string; status: RunStatus; error: RunError | null },
): Promise<FinishedRun> {
  const [row] = await db.$queryRaw<FinishedRun[]>`
    WITH finished AS (
      UPDATE "Run"
         SET "status"       = CASE WHEN "cancelRequestedAt" IS NULL THEN ${status}::"RunStatus" ELSE 'CANCELLED' END,
             "errorName"    = CASE WHEN "cancelRequestedAt" IS NULL THEN ${error && toText(error.name)} END,
             "errorMessage" = CASE WHEN "cancelRequestedAt" IS NULL THEN ${error && toText(error.message)} END,
             "removedAt"    = CASE WHEN "cancelAction" = 'ROLLBACK' THEN CURRENT_TIMESTAMP END,
             "finishedAt"   = CURRENT_TIMESTAMP,
             "updatedAt"    = CURRENT_TIMESTAMP,
             "leaseUntil"   = NULL
       WHERE "id"      = ${fence.runId}::uuid
         AND "attempt" = ${fence.attempt}
         AND "status"  = 'RUNNING'
      RETURNING "id", "status", "cancelAction", "webhook"
    ), fire AS (
      UPDATE "CronFire" f SET "runStatus" = finished."status" FROM finished WHERE f."runId" = finished."id"
    )
    SELECT "status"::text, "cancelAction"::text, "webhook", EXISTS (
             SELECT 1
               FROM "Run" other
              WHERE other."threadId" = ${threadId}::uuid
                AND other."id" <> ${fence.runId}::uuid
                AND other."status" IN ('PENDING', 'RUNNING')
           ) AS "hasActiveRun"
      FROM finished`;
  if (!row) throw new LeaseLost(fence.runId, fence.attempt);
  return row;
}
