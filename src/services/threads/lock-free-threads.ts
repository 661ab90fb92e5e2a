import { threadBusy } from '../../domain/thread-busy.js';
import type { Db } from '../../store/database/database.js';
import { findActiveRunsOfThreads } from '../../store/runs/runs.js';
import { lockThreadsWhole } from '../../store/threads/lock-threads-whole.js';
import type { Caller } from '../caller.js';

/**
 * Locks threads for a use case that takes away what runs work on, and gives the ids of those that exist, in order. What happens to an
 * active run is decided here: THREAD_BUSY. Three round trips.
 */
export async function lockFreeThreads(db: Db, caller: Caller, ids: readonly string[]): Promise<string[]> {
  const found = (await lockThreadsWhole(db, caller, ids)).map(({ id }) => id);
  const activeRuns = await findActiveRunsOfThreads(db, caller, found);
  for (const id of found) {
    const active = activeRuns.get(id);
    if (active) throw threadBusy(id, active.id);
  }
  return found;
}
