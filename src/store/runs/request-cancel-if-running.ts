import type { CancelAction } from '../../domain/cancel-action.js';
import type { Db } from '../database/database.js';

/**
 * Tells RUNNING runs to stop; the executor that holds one ends it when its graph call has ended. Told again, a run keeps the instant of the
 * first time, and ROLLBACK wins over INTERRUPT. One statement, in the caller's transaction, which holds the thread.
 */
export async function requestCancelIfRunning(
  db: Db,
  { runIds, action }: { runIds: readonly string[]; action: CancelAction },
): Promise<void> {
  await db.$executeRaw`
    UPDATE "Run"
       SET "cancelRequestedAt" = COALESCE("cancelRequestedAt", clock_timestamp()),
           "cancelAction"      = CASE WHEN "cancelAction" = 'ROLLBACK' THEN "cancelAction" ELSE ${action}::"CancelAction" END,
           "updatedAt"         = CURRENT_TIMESTAMP
     WHERE "id" = ANY(${[...runIds]}::uuid[])
       AND "status" = 'RUNNING'`;
}
