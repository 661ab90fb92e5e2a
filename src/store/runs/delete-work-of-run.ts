import type { CheckpointRef } from '../../domain/run-kwargs.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';

export interface WorkOfRun {
  readonly threadId: string;
  readonly runId: string;
  /** Checkpoints that active runs are to start from, or stand on. */
  readonly starts: readonly Pick<CheckpointRef, 'checkpointNs' | 'checkpointId'>[];
  /** A run is under way, and stands on whatever was newest when it began. */
  readonly keepNewest: boolean;
}

/**
 * Deletes what a run that has ended wrote into its thread and nobody has built upon: its checkpoints and checkpoint writes, wherever in the
 * history they stand. Tells how many rows that were; what only they were made of is left to {@link deleteLoosePieces}. One statement, in
 * the caller's transaction, which holds the thread whole and has called {@link preferLookups}.
 *
 * Built upon is a checkpoint
 * - on which one of another run, or of a state update, is laid, and so each on the way from there to the root;
 * - in whose step a subgraph took a checkpoint that is built upon, or that is not this run's;
 * - on which another run has written: where it is not this run's own, later than this one;
 * - from which an active run starts.
 *
 * With it stays all that the run did in the step after it: the writes that the next checkpoint, and any channel kept as deltas, follows
 * from, and the checkpoints of subgraphs.
 */
export async function deleteWorkOfRun(db: Db, { threadId, runId, starts, keepNewest }: WorkOfRun): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>`
    WITH RECURSIVE built AS (
      (SELECT c."checkpointNs", c."parentCheckpointId" AS "checkpointId"
         FROM "Checkpoint" c
        WHERE c."threadId" = ${threadId}::uuid
          AND c."runId" IS DISTINCT FROM ${runId}::uuid
        UNION
       SELECT root."checkpointNs", root."checkpointId"
         FROM "Checkpoint" c
         JOIN "Checkpoint" root
           ON (root."threadId", root."checkpointNs", root."checkpointId") = (c."threadId", '', ${ROOT_OF_STEP})
        WHERE c."threadId" = ${threadId}::uuid
          AND c."runId" IS DISTINCT FROM ${runId}::uuid
          AND root."runId" = ${runId}::uuid
        UNION
       SELECT w."checkpointNs", w."checkpointId"
         FROM "CheckpointWrite" w
         JOIN "Checkpoint" c USING ("threadId", "checkpointNs", "checkpointId")
        WHERE w."threadId" = ${threadId}::uuid
          AND w."runId" <> ${runId}::uuid
          AND (c."runId" = ${runId}::uuid
               OR w."sequence" > (SELECT max(own."sequence")
                                    FROM "CheckpointWrite" own
                                   WHERE (own."threadId", own."checkpointNs", own."checkpointId")
                                       = (w."threadId", w."checkpointNs", w."checkpointId")
                                     AND own."runId" = ${runId}::uuid))
        UNION
       SELECT *
         FROM unnest(${starts.map(({ checkpointNs }) => checkpointNs)}::text[], ${starts.map(({ checkpointId }) => checkpointId)}::uuid[])
        UNION
       (SELECT DISTINCT ON (c."checkpointNs") c."checkpointNs", c."checkpointId"
          FROM "Checkpoint" c
         WHERE c."threadId" = ${threadId}::uuid
           AND ${keepNewest}
         ORDER BY c."checkpointNs", c."checkpointId" DESC))
       UNION
      SELECT before.*
        FROM built b
       CROSS JOIN LATERAL (
               SELECT *
                 FROM "Checkpoint" c
                WHERE (c."threadId", c."checkpointNs", c."checkpointId") = (${threadId}::uuid, b."checkpointNs", b."checkpointId")
                  AND c."runId" = ${runId}::uuid
                LIMIT 1) c
       CROSS JOIN LATERAL (VALUES (c."checkpointNs", c."parentCheckpointId"), ('', ${ROOT_OF_STEP})) AS before
    ), stays AS (
      SELECT c."checkpointNs", c."checkpointId"
        FROM "Checkpoint" c
       WHERE c."threadId" = ${threadId}::uuid
         AND ((c."checkpointNs", c."checkpointId") IN (SELECT "checkpointNs", "checkpointId" FROM built)
              OR ('', ${ROOT_OF_STEP}) IN (SELECT "checkpointNs", "checkpointId" FROM built))
    ), write AS (
      DELETE FROM "CheckpointWrite" w
       WHERE w."threadId" = ${threadId}::uuid
         AND w."runId" = ${runId}::uuid
         AND (w."checkpointNs", w."checkpointId") NOT IN (SELECT "checkpointNs", "checkpointId" FROM stays)
      RETURNING 1
    ), checkpoint AS (
      DELETE FROM "Checkpoint" c
       WHERE c."threadId" = ${threadId}::uuid
         AND c."runId" = ${runId}::uuid
         AND (c."checkpointNs", c."checkpointId") NOT IN (SELECT "checkpointNs", "checkpointId" FROM stays)
      RETURNING 1
    )
    SELECT ((SELECT count(*) FROM write) + (SELECT count(*) FROM checkpoint))::int AS "count"`;
  return row.count;
}

/** The root checkpoint in whose step a subgraph took checkpoint `c`; null for one of the root graph. */
const ROOT_OF_STEP = Prisma.sql`
  CASE
    WHEN c."checkpointNs" <> ''
    THEN substring(c."metadata" -> 'parents' ->> '' FROM '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$')::uuid
  END`;
