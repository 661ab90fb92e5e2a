import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/**
 * Deletes an assistant with its versions and its runs, and the events of those; what they left in their threads stays. Runs that were rolled
 * back go by themselves, with the log that those who watch them still read. One statement, in the caller's transaction, which holds the
 * assistant and has found no active run of it.
 */
export async function deleteAssistantRow(db: Db, tenant: Tenant, id: string): Promise<void> {
  await db.$executeRaw`
    WITH run AS (
      DELETE FROM "Run"
       WHERE "assistantId" = ${id}::uuid
         AND ${ownedBySql(tenant)}
         AND "status" NOT IN ('PENDING', 'RUNNING')
         AND "removedAt" IS NULL
      RETURNING "id"
    ), event AS (
      DELETE FROM "RunEvent" e USING run WHERE e."runId" = run."id"
    )
    DELETE FROM "Assistant"
     WHERE "id" = ${id}::uuid
       AND ${ownedBySql(tenant)}`;
}
