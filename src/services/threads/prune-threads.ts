import { badUserInput } from '../../domain/errors.js';
import { requireUuid } from '../../domain/uuid.js';
import { keepNewestCheckpoints } from '../../store/checkpoints/keep-newest-checkpoints.js';
import { transact } from '../../store/database/database.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { announceDeleted, deleteWithRuns } from './delete-with-runs.js';
import { lockFreeThreads } from './lock-free-threads.js';

export interface PruneThreads {
  readonly ids: readonly string[];
  /** DELETE unless given. */
  readonly strategy?: 'DELETE' | 'KEEP_LATEST' | null;
}

export interface PrunedThreads {
  /** Threads that were there. */
  readonly prunedCount: number;
  /** Empty with KEEP_LATEST. */
  readonly deletedIds: readonly string[];
}

/** All of them go in one transaction. */
const THREADS_MAX = 1_000;

/**
 * Deletes threads with all that hangs on them, or takes from each all checkpoints but the newest of each namespace and what that one needs
 * (store/checkpoints/keep-newest-checkpoints.ts); what a thread shows as its state is the same before and after. All or nothing: ids without a thread
 * are passed over. Two prunes at once wait for each other.
 * DELETE cancels active runs with their threads.
 * @throws THREAD_BUSY with KEEP_LATEST while one has an active run, BAD_USER_INPUT; then nothing has changed
 */
export async function pruneThreads(caller: Caller, { ids, strategy }: PruneThreads): Promise<PrunedThreads> {
  if (ids.length > THREADS_MAX) {
    const message = `must be at most ${THREADS_MAX}`;
    throw badUserInput(`\`ids\` ${message}, but are ${ids.length}. Prune them in several calls.`, [{ path: ['ids'], message }]);
  }
  const wanted = [...new Set(ids.map((id, index) => requireUuid(id, ['ids', index])))];
  return strategy === 'KEEP_LATEST' ? keepLatest(caller, wanted) : deleteAll(caller, wanted);
}

async function deleteAll(caller: Caller, ids: readonly string[]): Promise<PrunedThreads> {
  const deleted = await transact(caller.database, (db) => deleteWithRuns(db, caller, ids));
  announceDeleted(caller, deleted);
  return { prunedCount: deleted.threadIds.length, deletedIds: deleted.threadIds };
}

async function keepLatest(caller: Caller, ids: readonly string[]): Promise<PrunedThreads> {
  const free = await transact(caller.database, async (db) => {
    const found = await lockFreeThreads(db, caller, ids);
    await keepNewestCheckpoints(db, found);
    return found;
  });
  for (const threadId of free) announce(caller, { tenantId: caller.tenantId, threadId, threadChanged: true, runIds: [] });
  return { prunedCount: free.length, deletedIds: [] };
}
