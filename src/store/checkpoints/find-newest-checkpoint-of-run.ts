import type { Db } from '../database/database.js';

/** The newest checkpoint that the run took in the root graph; null when it has taken none. Where a second attempt goes on. */
export async function findNewestCheckpointOfRun(
  db: Db,
  runId: string,
): Promise<{ checkpointId: string; parentCheckpointId: string | null } | null> {
  return db.checkpoint.findFirst({
    where: { runId, checkpointNs: '' },
    orderBy: { checkpointId: 'desc' },
    select: { checkpointId: true, parentCheckpointId: true },
  });
}
