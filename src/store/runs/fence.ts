import { LeaseLost } from '../../domain/errors.js';
import type { Fence } from '../../domain/run.js';
import { Prisma } from '../../generated/prisma/client.js';

/**
 * The common table expressions `thread` and `fence` of a checkpoint write: `fence` has one row while the fence holds, else none, and what
 * is to be written selects from it. A write without a run (`fence` null) is always held.
 *
 * The thread's row is shared before the run's (lock order: Thread, then Run; the foreign key would share it in any case, but later). A
 * take-over either waits until this statement has committed, or has committed before: then READ COMMITTED tests the run's row anew.
 */
export function fenceSql(threadId: string, fence: Fence | null): Prisma.Sql {
  if (!fence) return Prisma.sql`fence AS MATERIALIZED (SELECT 1)`;
  return Prisma.sql`thread AS MATERIALIZED (
      SELECT "id" FROM "Thread" WHERE "id" = ${threadId}::uuid FOR KEY SHARE
    ), fence AS MATERIALIZED (
      SELECT 1
        FROM thread
        JOIN "Run" r ON r."threadId" = thread."id"
       WHERE r."id"      = ${fence.runId}::uuid
         AND r."attempt" = ${fence.attempt}
         AND r."status"  = 'RUNNING'
         FOR SHARE OF r
    )`;
}

/** Throws {@link LeaseLost} when a statement with {@link fenceSql} counted no row of `fence`. */
export function requireHeld(fence: Fence | null, held: number | undefined): void {
  if (fence && held !== 1) throw new LeaseLost(fence.runId, fence.attempt);
}
