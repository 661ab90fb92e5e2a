import { findNewestCheckpointOfRun } from '../checkpoints/find-newest-checkpoint-of-run.js';
import type { Db } from '../database/database.js';

/** From where a further attempt of a run goes on, and what of its log stands. */
export interface ResumePoint {
  /** The run's newest root checkpoint; null: it has taken none, and starts again from its own input. */
  readonly checkpointId: string | null;
  /** The checkpoint before that one, when the run took it as well: events of the step between them bear its id. */
  readonly previousCheckpointId: string | null;
  /** The last event that still stands; null: none does. */
  readonly resumesAfterSeq: number | null;
  /** The state at the newest checkpoint is in the log already. */
  readonly valuesLogged: boolean;
}

/**
 * Reads where the run's next attempt goes on. An event stands while it was emitted before the newest checkpoint was announced, and no
 * attempt since has declared it void; the RunMetadataEvent of the first attempt always does. Two round trips.
 */
export async function findResumePoint(db: Db, runId: string): Promise<ResumePoint> {
  const newest = await findNewestCheckpointOfRun(db, runId);
  const checkpointId = newest?.checkpointId ?? null;
  const [row] = await db.$queryRaw<[Omit<ResumePoint, 'checkpointId'>]>`
    WITH previous AS (
      SELECT "checkpointId" AS "id"
        FROM "Checkpoint"
       WHERE "runId" = ${runId}::uuid
         AND "checkpointNs" = ''
         AND "checkpointId" = ${newest?.parentCheckpointId ?? null}::uuid
    ), standing AS (
      SELECT e."seq", e."kind", e."namespace", e."checkpointId"
        FROM "RunEvent" e
       WHERE e."runId" = ${runId}::uuid
         AND e."kind" NOT IN ('RUN_STATUS', 'THREAD_STATUS', 'THREAD_STATE')
         AND CASE
               WHEN e."kind" = 'METADATA' THEN e."attempt" = 1
               ELSE ${checkpointId}::uuid IS NOT NULL AND (e."checkpointId" IS NULL OR e."checkpointId" < ${checkpointId}::uuid)
             END
         AND NOT EXISTS (
               SELECT 1
                 FROM "RunEvent" later
                WHERE later."runId" = ${runId}::uuid
                  AND later."kind" = 'METADATA'
                  AND later."attempt" > e."attempt"
                  AND COALESCE(later."resumesAfterSeq", 0) < e."seq")
    )
    SELECT (SELECT "id"::text FROM previous) AS "previousCheckpointId",
           max(standing."seq") AS "resumesAfterSeq",
           COALESCE(bool_or(
             standing."kind" = 'VALUES' AND standing."namespace" = '{}'
             AND standing."checkpointId" IS NOT DISTINCT FROM (SELECT "id" FROM previous)), false) AS "valuesLogged"
      FROM standing`;
  return { checkpointId, ...row };
}
