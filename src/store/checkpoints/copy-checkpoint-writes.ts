import type { Db } from '../database/database.js';
import type { ThreadCopy } from './copy-checkpoints.js';

/**
 * Copies what tasks wrote on top of a thread's checkpoints. Of several runs' writes of one task and index only the latest, which is the
 * one that is read: the copies belong to no run, so there is place for one. They keep their `sequence`: the order of arrival tells which
 * questions were answered, and whatever is written to the copy later comes after them. Writes on a checkpoint that was never written
 * (LangGraph leaves some when a thread begins with a command) are read by nobody and stay behind. One statement.
 */
export async function copyCheckpointWrites(db: Db, { sourceId, copyId }: ThreadCopy): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "CheckpointWrite" ("threadId", "checkpointNs", "checkpointId", "taskId", "idx", "channel", "type", "blob", "sequence")
    SELECT DISTINCT ON ("checkpointNs", "checkpointId", "taskId", "idx")
           ${copyId}::uuid, "checkpointNs", "checkpointId", "taskId", "idx", w."channel", w."type", w."blob", w."sequence"
      FROM "CheckpointWrite" w
      JOIN "Checkpoint" c USING ("threadId", "checkpointNs", "checkpointId")
     WHERE w."threadId" = ${sourceId}::uuid
     ORDER BY "checkpointNs", "checkpointId", "taskId", "idx", w."sequence" DESC`;
}
