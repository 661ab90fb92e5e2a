import type { Fence } from '../../domain/run.js';
import type { Db } from '../database/database.js';
import { requireHeld } from '../runs/fence.js';

/**
 * Removes what a run that has taken no root checkpoint left behind: its checkpoint writes, and the checkpoints its subgraphs took (from
 * which they would go on, past the question that the run's command is going to answer again). Throws LeaseLost, and removes nothing, when
 * the run has been taken over. One statement.
 */
export async function deleteCheckpointWritesOfRun(db: Db, fence: Fence): Promise<void> {
  const rows = await db.$queryRaw<{ held: number }[]>`
    WITH fence AS MATERIALIZED (
      SELECT r."id"
        FROM "Run" r
       WHERE r."id"      = ${fence.runId}::uuid
         AND r."attempt" = ${fence.attempt}
         AND r."status"  = 'RUNNING'
         FOR SHARE
    ), write AS (
      DELETE FROM "CheckpointWrite" w USING fence WHERE w."runId" = fence."id"
    ), checkpoint AS (
      DELETE FROM "Checkpoint" c USING fence WHERE c."runId" = fence."id" AND c."checkpointNs" <> ''
    ), blob AS (
      DELETE FROM "CheckpointBlob" b USING fence WHERE b."runId" = fence."id" AND b."checkpointNs" <> ''
    )
    SELECT count(*)::int AS "held" FROM fence`;
  requireHeld(fence, rows[0]?.held);
}
