import type { Db } from '../database/database.js';

/**
 * Undoes what runs wrote into their thread: their checkpoints, blobs and checkpoint writes go, the interrupts that they asked go, and those
 * that they answered wait again. Right only for the runs that worked on the thread last. One statement, in the caller's transaction, which
 * holds the thread and has ended these runs.
 */
export async function deleteWorkOfRuns(db: Db, { threadId, runIds }: { threadId: string; runIds: readonly string[] }): Promise<void> {
  const ids = [...runIds];
  await db.$executeRaw`
    WITH write AS (
      DELETE FROM "CheckpointWrite" WHERE "threadId" = ${threadId}::uuid AND "runId" = ANY(${ids}::uuid[])
    ), blob AS (
      DELETE FROM "CheckpointBlob" WHERE "threadId" = ${threadId}::uuid AND "runId" = ANY(${ids}::uuid[])
    ), checkpoint AS (
      DELETE FROM "Checkpoint" WHERE "threadId" = ${threadId}::uuid AND "runId" = ANY(${ids}::uuid[])
    ), asked AS (
      DELETE FROM "Interrupt" WHERE "threadId" = ${threadId}::uuid AND "runId" = ANY(${ids}::uuid[])
    )
    UPDATE "Interrupt"
       SET "resolvedAt" = NULL, "resolvedRunId" = NULL, "updatedAt" = CURRENT_TIMESTAMP
     WHERE "threadId" = ${threadId}::uuid
       AND "resolvedRunId" = ANY(${ids}::uuid[])
       AND ("runId" IS NULL OR "runId" <> ALL(${ids}::uuid[]))`;
}
