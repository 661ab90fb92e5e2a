import { NULL_TASK } from '../../domain/resume.js';
import type { Fence } from '../../domain/run.js';
import type { Db } from '../database/database.js';
import { requireHeld } from '../runs/fence.js';

/**
 * Removes what a run's command has written when nothing came of it: the run has taken no checkpoint, and no task of it has written anything,
 * not even that it failed. (With durability EXIT, LangGraph writes once more what tasks of earlier runs had written.) Otherwise LangGraph
 * would lay it onto the checkpoint for every later run, and each would fail of it. Throws LeaseLost, and removes nothing, when the run has
 * been taken over. One statement.
 */
export async function deleteRefusedCommandOfRun(db: Db, fence: Fence): Promise<void> {
  const rows = await db.$queryRaw<{ held: number }[]>`
    WITH fence AS MATERIALIZED (
      SELECT r."id"
        FROM "Run" r
       WHERE r."id"      = ${fence.runId}::uuid
         AND r."attempt" = ${fence.attempt}
         AND r."status"  = 'RUNNING'
         FOR SHARE
    ), write AS (
      DELETE FROM "CheckpointWrite" w
       USING fence
       WHERE w."runId" = fence."id"
         AND NOT EXISTS (SELECT 1 FROM "Checkpoint" c WHERE c."runId" = fence."id")
         AND NOT EXISTS (
               SELECT 1
                 FROM "CheckpointWrite" task
                WHERE task."runId"    = fence."id"
                  AND task."taskId"  <> ${NULL_TASK}
                  AND task."channel" <> '__resume__'
                  AND (   task."channel" = '__error__'
                       OR NOT EXISTS (
                            SELECT 1
                              FROM "CheckpointWrite" earlier
                             WHERE (earlier."threadId", earlier."checkpointNs", earlier."checkpointId", earlier."taskId", earlier."channel")
                                 = (task."threadId", task."checkpointNs", task."checkpointId", task."taskId", task."channel")
                               AND earlier."runId" <> task."runId"
                               AND earlier."blob" = task."blob")))
    )
    SELECT count(*)::int AS "held" FROM fence`;
  requireHeld(fence, rows[0]?.held);
}
