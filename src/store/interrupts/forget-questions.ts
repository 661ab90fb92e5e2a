import type { Db } from '../database/database.js';

/** Deletes the interrupts that a run asked, as far as what it wrote when it asked is gone. One statement, in the caller's transaction. */
export async function forgetQuestions(db: Db, { threadId, runId }: { threadId: string; runId: string }): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "Interrupt" i
     WHERE i."threadId" = ${threadId}::uuid
       AND i."runId"    = ${runId}::uuid
       AND NOT EXISTS (
             SELECT 1
               FROM "CheckpointWrite" w
              WHERE w."threadId" = i."threadId"
                AND w."runId"    = i."runId"
                AND w."taskId"   = i."taskId"
                AND w."channel"  = '__interrupt__')`;
}
