import type { Db } from '../database/database.js';
import { preferLookups } from '../database/prefer-lookups.js';
import { deleteLoosePieces } from './delete-loose-pieces.js';

/**
 * Removes of threads, in each namespace, all checkpoints but the newest one and those that it cannot be read without, with their writes
 * and blobs, and the THREAD_STATE events that name a removed one. The caller's transaction holds the threads whole. Three round
 * trips.
 *
 * A kept checkpoint is complete: its own writes (what tasks have done, asked and been answered) and its values, with every older version
 * that a value is built on (`baseVersion`). Two kinds need a parent beside:
 * - A channel that LangGraph keeps as deltas has no value of its own in most checkpoints; it is rebuilt from the writes on the ancestors,
 *   back to the nearest one that has a value. No row says which channels those are, but this does: a write was laid on a parent, the child
 *   has another version of the channel, and no value at that version. Ancestors that are kept for it need theirs as well, so all that
 *   remains reads as it did.
 * - Before its fourth format LangGraph kept what was sent to the next tasks as writes on the parent.
 */
export async function keepNewestCheckpoints(db: Db, threadIds: readonly string[]): Promise<void> {
  await preferLookups(db);
  await db.$executeRaw`
    WITH RECURSIVE delta AS MATERIALIZED (
      SELECT DISTINCT child."threadId", child."checkpointNs", w."channel"
        FROM "Checkpoint" child
        JOIN "Checkpoint" parent
          ON (parent."threadId", parent."checkpointNs", parent."checkpointId")
           = (child."threadId", child."checkpointNs", child."parentCheckpointId")
        JOIN "CheckpointWrite" w
          ON (w."threadId", w."checkpointNs", w."checkpointId") = (parent."threadId", parent."checkpointNs", parent."checkpointId")
       WHERE child."threadId" = ANY(${[...threadIds]}::uuid[])
         AND child."channelVersions" ->> w."channel" IS DISTINCT FROM parent."channelVersions" ->> w."channel"
         AND child."channelVersions" ? w."channel"
         AND NOT EXISTS (
               SELECT 1
                 FROM "CheckpointBlob" b
                WHERE (b."threadId", b."checkpointNs", b."channel", b."version")
                    = (child."threadId", child."checkpointNs", w."channel", child."channelVersions" ->> w."channel"))
    ), kept AS (
      (SELECT DISTINCT ON (c."threadId", c."checkpointNs")
              c."threadId", c."checkpointNs", c."checkpointId", c."parentCheckpointId", c."channelVersions",
              c."type" = 'json' AND convert_from(c."checkpoint", 'UTF8') ~ '"v":[0-3][,}]' AS "hasSendsInParent"
         FROM "Checkpoint" c
        WHERE c."threadId" = ANY(${[...threadIds]}::uuid[])
        ORDER BY c."threadId", c."checkpointNs", c."checkpointId" DESC)
       UNION
      SELECT parent.*, false
        FROM kept k
       CROSS JOIN LATERAL (
               SELECT c."threadId", c."checkpointNs", c."checkpointId", c."parentCheckpointId", c."channelVersions"
                 FROM "Checkpoint" c
                WHERE (c."threadId", c."checkpointNs", c."checkpointId") = (k."threadId", k."checkpointNs", k."parentCheckpointId")
                LIMIT 1) parent
       WHERE k."hasSendsInParent"
          OR EXISTS (
               SELECT 1
                 FROM delta d
                WHERE (d."threadId", d."checkpointNs") = (k."threadId", k."checkpointNs")
                  AND k."channelVersions" ? d."channel"
                  AND NOT EXISTS (
                        SELECT 1
                          FROM "CheckpointBlob" b
                         WHERE (b."threadId", b."checkpointNs", b."channel", b."version")
                             = (d."threadId", d."checkpointNs", d."channel", k."channelVersions" ->> d."channel")))
    ), write AS (
      DELETE FROM "CheckpointWrite" w
       WHERE w."threadId" = ANY(${[...threadIds]}::uuid[])
         AND NOT EXISTS (
               SELECT 1
                 FROM kept k
                WHERE (k."threadId", k."checkpointNs", k."checkpointId") = (w."threadId", w."checkpointNs", w."checkpointId"))
    )
    DELETE FROM "Checkpoint" c
     WHERE c."threadId" = ANY(${[...threadIds]}::uuid[])
       AND NOT EXISTS (
             SELECT 1
               FROM kept k
              WHERE (k."threadId", k."checkpointNs", k."checkpointId") = (c."threadId", c."checkpointNs", c."checkpointId"))`;
  await deleteLoosePieces(db, threadIds);
}
