import type { Db } from '../database/database.js';

/** From which thread to which. The caller's transaction holds the former whole (lockThreadsWhole) and has made the latter. */
export interface ThreadCopy {
  readonly sourceId: string;
  readonly copyId: string;
}

/** Copies a thread's checkpoints of all namespaces, with their ids; no run wrote the copies. One statement. */
export async function copyCheckpoints(db: Db, { sourceId, copyId }: ThreadCopy): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Checkpoint"
           ("threadId", "checkpointNs", "checkpointId", "parentCheckpointId", "type", "checkpoint", "channelVersions", "metadata", "createdAt")
    SELECT ${copyId}::uuid, "checkpointNs", "checkpointId", "parentCheckpointId", "type", "checkpoint", "channelVersions", "metadata", "createdAt"
      FROM "Checkpoint"
     WHERE "threadId" = ${sourceId}::uuid`;
}
