import type { Db } from '../database/database.js';

/**
 * Removes of threads, in each namespace, all checkpoints but the newest one and those that it cannot be read without, with their writes
 * and blobs, and the THREAD_STATE events that name a removed one. The caller's transaction holds the threads whole. Two round
 * trips.
 *
 * A kept checkpoint is complete: its own writes (what tasks have done, asked and been answered) and its values, with every older version
 * that a value is built on (`baseVersion`). Two kinds need a parent beside:
 * - A channel that LangGraph keeps as deltas has no value of its own in most checkpoints; it is rebuilt from the writes on the ancestors,
 *   back to the nearest one that has a value. No row says which channels those are, but this does: a write was laid on a parent, the child
 *   has another version of the channel, and no value at that version. Ancestors that are kept for it need theirs as well, so all that
 *   remains reads as it did.
 * - Before its fourth format LangGraph kept what was sent to the next tasks as writes on the parent.
 *
 * The planner cannot tell how far recursion goes, and expects some ten million rows where there are a hundred. `LIMIT 1` on a primary key
 * makes it look each ancestor up instead of reading the whole table for each (1.4 s for one thread where there are 48,000 checkpoints in
 * all); without the two settings it compiles the statement (0.6 s) and lays out a table for all the rows it expects (0.2 s). With them: 30 ms
 * (PostgreSQL 15, November 2026).
 */
export async function keepNewestCheckpoints(db: Db, threadIds: readonly string[]): Promise<void> {
  await db.$executeRaw`SELECT set_config('jit', 'off', true), set_config('enable_hashjoin', 'off', true)`;
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
    ), link AS (
      SELECT value.*
        FROM kept k
       CROSS JOIN LATERAL jsonb_each_text(k."channelVersions") AS v("channel", "version")
       CROSS JOIN LATERAL (
               SELECT b."threadId", b."checkpointNs", b."channel", b."version", b."baseVersion"
                 FROM "CheckpointBlob" b
                WHERE (b."threadId", b."checkpointNs", b."channel", b."version") = (k."threadId", k."checkpointNs", v."channel", v."version")
                LIMIT 1) value
       UNION
      SELECT base.*
        FROM link l
       CROSS JOIN LATERAL (
               SELECT b."threadId", b."checkpointNs", b."channel", b."version", b."baseVersion"
                 FROM "CheckpointBlob" b
                WHERE (b."threadId", b."checkpointNs", b."channel", b."version") = (l."threadId", l."checkpointNs", l."channel", l."baseVersion")
                LIMIT 1) base
    ), blob AS (
      DELETE FROM "CheckpointBlob" b
       WHERE b."threadId" = ANY(${[...threadIds]}::uuid[])
         AND NOT EXISTS (
               SELECT 1
                 FROM link l
                WHERE (l."threadId", l."checkpointNs", l."channel", l."version")
                    = (b."threadId", b."checkpointNs", b."channel", b."version"))
    ), write AS (
      DELETE FROM "CheckpointWrite" w
       WHERE w."threadId" = ANY(${[...threadIds]}::uuid[])
         AND NOT EXISTS (
               SELECT 1
                 FROM kept k
                WHERE (k."threadId", k."checkpointNs", k."checkpointId") = (w."threadId", w."checkpointNs", w."checkpointId"))
    ), event AS (
      DELETE FROM "RunEvent" e
       WHERE e."threadId" = ANY(${[...threadIds]}::uuid[])
         AND e."kind" = 'THREAD_STATE'
         AND NOT EXISTS (
               SELECT 1
                 FROM kept k
                WHERE k."threadId" = e."threadId"
                  AND k."checkpointNs" = COALESCE(e."data" ->> 'checkpoint_ns', '')
                  AND k."checkpointId"::text = e."data" ->> 'checkpoint_id')
    )
    DELETE FROM "Checkpoint" c
     WHERE c."threadId" = ANY(${[...threadIds]}::uuid[])
       AND NOT EXISTS (
             SELECT 1
               FROM kept k
              WHERE (k."threadId", k."checkpointNs", k."checkpointId") = (c."threadId", c."checkpointNs", c."checkpointId"))`;
}
