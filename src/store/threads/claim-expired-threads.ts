import type { Db } from '../database/database.js';
import type { Tenant } from '../tenant.js';

/**
 * Takes up to `limit` threads that have rested longer than their time to live, so that the caller's transaction can prune them: they are
 * held whole, and none is due again before something happens on it. None with an active run. Over all tenants, by the database's clock.
 * Two callers at once get different ones. One statement.
 */
export function claimExpiredThreads(db: Db, { limit }: { limit: number }): Promise<(Tenant & { readonly threadId: string })[]> {
  return db.$queryRaw`
    WITH due AS MATERIALIZED (
      SELECT "id"
        FROM "Thread"
       WHERE NOT "temporary"
         AND "expiresAt" <= CURRENT_TIMESTAMP
         AND "status" <> 'BUSY'
       LIMIT ${limit}
         FOR UPDATE SKIP LOCKED
    )
    UPDATE "Thread" t
       SET "expiresAt" = NULL
      FROM due
     WHERE t."id" = due."id"
    RETURNING t."id"::text AS "threadId", t."tenantId"`;
}
