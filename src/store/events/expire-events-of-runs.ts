import type { Db } from '../database/database.js';

/**
 * Removes the log of up to `limit` runs whose time is over, all but END, and notes how far it reached; returns how many. Over all tenants,
 * by the database's clock. Two callers at once share the work: runs that one has locked are skipped by the other. One statement.
 */
export function expireEventsOfRuns(
  db: Db,
  { retentionSeconds, graceSeconds, limit }: { retentionSeconds: number; graceSeconds: number; limit: number },
): Promise<number> {
  return db.$executeRaw`
    WITH due AS MATERIALIZED (
      SELECT "id"
        FROM "Run"
       WHERE "eventsExpiredSeq" IS NULL
         AND (   ("streamResumable" AND "finishedAt" < CURRENT_TIMESTAMP - make_interval(secs => ${retentionSeconds}::float8))
              OR (NOT "streamResumable" AND "finishedAt" < CURRENT_TIMESTAMP - make_interval(secs => ${graceSeconds}::float8)))
       LIMIT ${limit}
         FOR NO KEY UPDATE SKIP LOCKED
    ), expired AS (
      DELETE FROM "RunEvent" e
       USING due
       WHERE e."runId" = due."id"
         AND e."kind" <> 'END'
      RETURNING e."runId", e."seq"
    )
    UPDATE "Run" r
       SET "eventsExpiredSeq" = COALESCE((SELECT max(expired."seq") FROM expired WHERE expired."runId" = r."id"), 0)
      FROM due
     WHERE r."id" = due."id"`;
}
