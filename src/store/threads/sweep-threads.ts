import type { Db } from '../database/database.js';
import type { Tenant } from '../tenant.js';

/** A thread that is gone, and the runs that went with it. */
export interface SweptThread extends Tenant {
  readonly threadId: string;
  readonly runIds: readonly string[];
}

/**
 * Deletes up to `limit` threads whose time has come, with everything that hangs on them, and returns which: temporary ones whose grace has
 * passed, or others that have rested longer than their time to live. None with an active run. Over all tenants, by the database's clock.
 * Two callers at once share the work: rows that one has locked are skipped by the other. One statement.
 */
export function sweepThreads(db: Db, { temporary, limit }: { temporary: boolean; limit: number }): Promise<SweptThread[]> {
  return db.$queryRaw<SweptThread[]>`
    WITH due AS MATERIALIZED (
      SELECT "id"
        FROM "Thread"
       WHERE "temporary" = ${temporary}
         AND "expiresAt" <= CURRENT_TIMESTAMP
         AND "status" <> 'BUSY'
       LIMIT ${limit}
         FOR UPDATE SKIP LOCKED
    ), swept AS (
      DELETE FROM "Thread" t
       USING due
       WHERE t."id" = due."id"
      RETURNING t."id", t."tenantId"
    )
    SELECT swept."id"::text AS "threadId", swept."tenantId",
           ARRAY(SELECT r."id"::text FROM "Run" r WHERE r."threadId" = swept."id") AS "runIds"
      FROM swept`;
}
