import type { Db } from '../database/database.js';

/**
 * Deletes a run with its payload and its events. A webhook call that it owes, and what its cron remembers of it, stay. One statement, in the
 * caller's transaction, which holds the thread and knows that the run has ended.
 */
export async function deleteRunRow(db: Db, runId: string): Promise<void> {
  await db.$executeRaw`
    WITH event AS (
      DELETE FROM "RunEvent" WHERE "runId" = ${runId}::uuid
    )
    DELETE FROM "Run" WHERE "id" = ${runId}::uuid`;
}
