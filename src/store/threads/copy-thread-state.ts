import type { ThreadStatus } from '../../domain/thread.js';
import type { ThreadCopy } from '../checkpoints/copy-checkpoints.js';
import type { Db } from '../database/database.js';

/**
 * Copies a thread's cached state, without the error of the run that left it, and gives the copy the status that follows from it. One
 * statement.
 */
export async function copyThreadState(db: Db, { sourceId, copyId, status }: ThreadCopy & { readonly status: ThreadStatus }): Promise<void> {
  await db.$executeRaw`
    WITH state AS (
      INSERT INTO "ThreadState" ("threadId", "checkpointId", "values", "next")
      SELECT ${copyId}::uuid, "checkpointId", "values", "next"
        FROM "ThreadState"
       WHERE "threadId" = ${sourceId}::uuid
      RETURNING "checkpointId"
    )
    UPDATE "Thread"
       SET "status"         = ${status}::"ThreadStatus",
           "stateUpdatedAt" = CASE WHEN state."checkpointId" IS NULL THEN NULL ELSE CURRENT_TIMESTAMP END
      FROM state
     WHERE "id" = ${copyId}::uuid`;
}
