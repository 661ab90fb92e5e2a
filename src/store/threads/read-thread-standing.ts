import type { ThreadStanding } from '../../domain/thread.js';
import type { Db } from '../database/database.js';

/** What a thread's status follows from, by its cached state. One round trip; the caller's transaction holds the thread. */
export async function readThreadStanding(db: Db, threadId: string): Promise<ThreadStanding> {
  const [row] = await db.$queryRaw<[ThreadStanding]>`
    SELECT EXISTS (
             SELECT 1 FROM "Run" WHERE "threadId" = ${threadId}::uuid AND "status" IN ('PENDING', 'RUNNING')
           ) AS "hasActiveRun",
           EXISTS (
             SELECT 1 FROM "ThreadState" WHERE "threadId" = ${threadId}::uuid AND "errorName" IS NOT NULL
           ) AS "failed",
           EXISTS (SELECT 1 FROM "ThreadState" WHERE "threadId" = ${threadId}::uuid AND cardinality("next") > 0)
           OR EXISTS (SELECT 1 FROM "Interrupt" WHERE "threadId" = ${threadId}::uuid AND "resolvedAt" IS NULL) AS "waits"`;
  return row;
}
