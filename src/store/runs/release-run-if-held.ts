import { LeaseLost } from '../../domain/errors.js';
import type { Fence } from '../../domain/run.js';
import { type Database, transact } from '../database/database.js';
import { appendThreadEvents } from '../events/append-thread-events.js';
import type { Tenant } from '../tenant.js';
import { lockThread } from '../threads/threads.js';

/**
 * Puts a RUNNING run back into the queue, where it goes first on its thread; false, with nothing changed, when it was told to stop: then
 * the caller ends it. `lost`: its lease expired, which counts towards RUN_MAX_LOST; otherwise a draining process hands it back.
 * @throws LeaseLost when another attempt has begun or the run has ended
 */
export function releaseRunIfHeld(
  database: Database,
  tenant: Tenant,
  { threadId, fence, lost }: { threadId: string; fence: Fence; lost: boolean },
): Promise<boolean> {
  return transact(database, async (db) => {
    await lockThread(db, tenant, threadId);
    const [run] = await db.$queryRaw<{ isCancelled: boolean }[]>`
      SELECT "cancelRequestedAt" IS NOT NULL AS "isCancelled"
        FROM "Run"
       WHERE "id"      = ${fence.runId}::uuid
         AND "attempt" = ${fence.attempt}
         AND "status"  = 'RUNNING'
         FOR UPDATE`;
    if (!run) throw new LeaseLost(fence.runId, fence.attempt);
    if (run.isCancelled) return false;
    await db.$executeRaw`
      UPDATE "Run"
         SET "status"     = 'PENDING',
             "lostCount"  = "lostCount" + ${lost ? 1 : 0},
             "leaseUntil" = NULL,
             "workerId"   = NULL,
             "updatedAt"  = CURRENT_TIMESTAMP
       WHERE "id" = ${fence.runId}::uuid`;
    await appendThreadEvents(db, threadId, [
      { kind: 'RUN_STATUS', namespace: [], data: { status: 'PENDING' }, runId: fence.runId, attempt: fence.attempt },
    ]);
    return true;
  });
}
