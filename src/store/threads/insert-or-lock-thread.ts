import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import type { Tenant } from '../tenant.js';
import { type NewThread, toVersionedThread, type VersionedThread } from './threads.js';

/**
 * Inserts a thread, or locks the one that has its id, as lockThread does; null when that is another tenant's. Of callers at once one
 * inserts and the others wait for it; a thread that is deleted meanwhile is inserted anew. One statement: between two of them the thread could
 * come and go.
 */
export async function insertOrLockThread(db: Db, { tenantId }: Tenant, thread: NewThread): Promise<VersionedThread | null> {
  const [row] = await db.$queryRaw<VersionedThread[]>`
    INSERT INTO "Thread" ("id", "tenantId", "metadata", "config", "temporary", "ttlMinutes", "expiresAt")
    VALUES (${thread.id}::uuid, ${tenantId}, ${toJsonb(thread.metadata)}::jsonb, ${toJsonb(thread.config)}::jsonb,
            ${thread.temporary}, ${thread.ttlMinutes}::float8, CURRENT_TIMESTAMP + make_interval(secs => 60 * ${thread.ttlMinutes}::float8))
    ON CONFLICT ("id") DO UPDATE
       SET "tenantId" = EXCLUDED."tenantId"
     WHERE "Thread"."tenantId" = EXCLUDED."tenantId"
    RETURNING "id"::text, "status"::text, "metadata", "config", "temporary", "nextSeq"`;
  return row ? toVersionedThread(row) : null;
}
