import type { Db } from '../database/database.js';

/** Removes a thread's checkpoints, blobs and checkpoint writes, in all namespaces. The thread itself stays. One statement. */
export async function deleteCheckpointsOfThread(db: Db, threadId: string): Promise<void> {
  await db.$executeRaw`
    WITH write AS (
      DELETE FROM "CheckpointWrite" WHERE "threadId" = ${threadId}::uuid
    ), blob AS (
      DELETE FROM "CheckpointBlob" WHERE "threadId" = ${threadId}::uuid
    )
    DELETE FROM "Checkpoint" WHERE "threadId" = ${threadId}::uuid`;
}
