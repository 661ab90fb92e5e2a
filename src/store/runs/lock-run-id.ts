import type { Db } from '../database/database.js';

/** Until the transaction ends, another caller with the same run id waits here: of two equal creates one inserts, the other finds. */
export async function lockRunId(db: Db, runId: string): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${runId}, 0))`;
}
