import type { Db } from '../database/database.js';
import type { ThreadCopy } from './copy-checkpoints.js';

/** Copies the values of a thread's channels as they are stored: each with the older versions that it is built on. One statement. */
export async function copyCheckpointBlobs(db: Db, { sourceId, copyId }: ThreadCopy): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "CheckpointBlob" ("threadId", "checkpointNs", "channel", "version", "type", "baseVersion", "keptBytes", "blob")
    SELECT ${copyId}::uuid, "checkpointNs", "channel", "version", "type", "baseVersion", "keptBytes", "blob"
      FROM "CheckpointBlob"
     WHERE "threadId" = ${sourceId}::uuid`;
}
