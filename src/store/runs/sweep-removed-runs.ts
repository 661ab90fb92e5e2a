import type { Db } from '../database/database.js';

/**
 * Deletes up to `limit` rolled-back runs with their logs, when they have been kept for `graceSeconds`; returns how many. Over all tenants,
 * by the database's clock. Two callers at once share the work. One statement.
 */
export function sweepRemovedRuns(db: Db, { graceSeconds, limit }: { graceSeconds: number; limit: number }): Promise<number> {
  return db.$executeRaw`
    WITH due AS MATERIALIZED (
      SELECT "id"
        FROM "Run"
       WHERE "removedAt" < CURRENT_TIMESTAMP - make_interval(secs => ${graceSeconds}::float8)
       LIMIT ${limit}
         FOR UPDATE SKIP LOCKED
    ), event AS (
      DELETE FROM "RunEvent" e USING due WHERE e."runId" = due."id"
    )
    DELETE FROM "Run" r USING due WHERE r."id" = due."id"`;
}
