import type { Db } from '../database/database.js';
import type { Tenant } from '../tenant.js';

/** A thread that is gone, and the runs that went with it. */
export interface SweptThread extends Tenant {
  readonly threadId: string;
  readonly runIds: readonly string[];
}

/**
 * Deletes up to `limit` threads of ended stateless runs whose grace has passed, with everything that hangs on them; returns which.
 * Over all tenants. Two callers at once share the work: rows that one has locked are skipped by the other.
 */
export function sweepTemporaryThreads(db: Db, { limit }: { limit: number }): Promise<SweptThread[]> {
  return db.$queryRaw<SweptThread[]>`
    WITH swept AS (
      DELETE FROM "Thread"
       WHERE "id" IN (
         SELECT "id"
           FROM "Thread"
          WHERE "temporary"
            AND "expiresAt" <= CURRENT_TIMESTAMP
            AND "status" <> 'BUSY'
          LIMIT ${limit}
            FOR UPDATE SKIP LOCKED)
      RETURNING "id", "tenantId"
    )
    SELECT swept."id"::text AS "threadId", swept."tenantId",
           ARRAY(SELECT r."id"::text FROM "Run" r WHERE r."threadId" = swept."id") AS "runIds"
      FROM swept`;
}
