import type { ThreadStatus } from '../../domain/thread.js';
import type { Db } from '../database/database.js';
import { expiresAt } from './expires-at.js';

/**
 * Sets a thread's status, and when a temporary one leaves lists and later goes (null: not because of this). One statement, in the caller's transaction,
 * which holds the thread.
 */
export async function setThreadStatus(
  db: Db,
  { threadId, status, expiresInSeconds }: { threadId: string; status: ThreadStatus; expiresInSeconds: number | null },
): Promise<void> {
  await db.$executeRaw`
    UPDATE "Thread"
       SET "status"    = ${status}::"ThreadStatus",
           "updatedAt" = CURRENT_TIMESTAMP,
           "expiresAt" = COALESCE(CURRENT_TIMESTAMP + make_interval(secs => ${expiresInSeconds}::float8), ${expiresAt()})
     WHERE "id" = ${threadId}::uuid`;
}
