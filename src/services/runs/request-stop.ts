import type { CancelAction } from '../../domain/cancel-action.js';
import type { Run } from '../../domain/run.js';
import { type ActiveRun, lockActiveRuns } from '../../store/runs/lock-active-runs.js';
import { lockThread } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { type StateTransaction, transactWithState } from '../state/transact-with-state.js';
import { announceStop, stopRuns } from './stop-runs.js';

interface StoppedRuns {
  readonly threadId: string;
  readonly runs: readonly ActiveRun[];
}

/**
 * Stops these runs, those that are still active when it comes to it, all in one transaction; returns their ids. Threads are locked in one
 * order, so two calls at once wait for each other. Five to ten round trips for each thread; twice as many when one of its runs was handed
 * back in the midst of its work.
 */
export async function requestStop(caller: Caller, runs: readonly Run[], action: CancelAction): Promise<string[]> {
  const stopped = await transactWithState(caller, (transaction) => stopAll(transaction, caller, { runs, action }));
  for (const thread of stopped) announceStop(caller, { ...thread, action });
  return stopped.flatMap((thread) => thread.runs.map(({ runId }) => runId));
}

async function stopAll(
  transaction: StateTransaction,
  caller: Caller,
  { runs, action }: { runs: readonly Run[]; action: CancelAction },
): Promise<StoppedRuns[]> {
  const stopped: StoppedRuns[] = [];
  for (const threadId of [...new Set(runs.map((run) => run.threadId))].sort()) {
    const thread = await lockThread(transaction.db, caller, threadId);
    if (!thread) continue;
    const runIds = runs.filter((run) => run.threadId === threadId).map(({ id }) => id);
    const active = await lockActiveRuns(transaction.db, { threadId, runIds });
    if (active.length === 0) continue;
    await stopRuns(transaction, caller, { threadId, temporary: thread.temporary, runs: active, action });
    stopped.push({ threadId, runs: active });
  }
  return stopped;
}
