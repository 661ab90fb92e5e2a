import type { CheckpointRef } from '../../domain/run-kwargs.js';
import type { Db } from '../database/database.js';

/** Whether a thread has this checkpoint, from another run than those in `notOf`. One round trip. */
export async function hasCheckpoint(
  db: Db,
  { threadId, notOf }: { threadId: string; notOf: readonly string[] },
  { checkpointNs, checkpointId }: CheckpointRef,
): Promise<boolean> {
  const key = { threadId, checkpointNs, checkpointId };
  return (await db.checkpoint.count({ where: { ...key, OR: [{ runId: null }, { runId: { notIn: [...notOf] } }] } })) > 0;
}
