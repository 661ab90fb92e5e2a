import type { Db } from '../../store/database/database.js';
import { lockThreadsWhole } from '../../store/threads/lock-threads-whole.js';
import { deleteThreadRows } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';

export interface DeletedThreads {
  /** Those that were there, in order. */
  readonly threadIds: readonly string[];
  readonly runs: readonly { readonly id: string; readonly threadId: string }[];
}

/**
 * Deletes threads with all that hangs on them, in the caller's transaction. Active runs are cancelled with them: their fences fall with
 * their rows, so no later write of theirs counts. Afterwards {@link announceDeleted}. Three round trips.
 */
export async function deleteWithRuns(db: Db, caller: Caller, ids: readonly string[]): Promise<DeletedThreads> {
  const threadIds = (await lockThreadsWhole(db, caller, ids)).map(({ id }) => id);
  return { threadIds, runs: await deleteThreadRows(db, caller, threadIds) };
}

/** After the commit: wakes who follows them or waits for their runs, and the executors, which stop those. */
export function announceDeleted(caller: Caller, { threadIds, runs }: DeletedThreads): void {
  for (const threadId of threadIds) {
    const runIds = runs.filter((run) => run.threadId === threadId).map(({ id }) => id);
    announce(caller, { tenantId: caller.tenantId, threadId, threadChanged: true, runIds });
  }
  for (const { id } of runs) caller.signals.notify(`run:${id}`);
  if (runs.length > 0) caller.signals.notify('cancels');
}
