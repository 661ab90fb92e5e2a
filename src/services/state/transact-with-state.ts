import type { GraphState } from '../../ports/graphs.js';
import { type Db, transact } from '../../store/database/database.js';
import type { Deps } from '../caller.js';
import { openStateIfPossible } from './read-state-if-possible.js';

interface ThreadOfGraph {
  readonly graphId: string;
  readonly threadId: string;
}

/** A transaction in which the states of threads can be read. */
export interface StateTransaction {
  readonly db: Db;
  /** A thread's state as the transaction sees it; null when the graph itself cannot be asked. One round trip. */
  readonly readState: (thread: ThreadOfGraph) => Promise<GraphState | null>;
}

/**
 * Runs `work` in one transaction, as transact does. A graph's own factory must not hold up a transaction: when a state is asked for, the
 * transaction is undone, the graph is opened, and `work` is called again. So `work` asks only for states that it needs.
 */
export async function transactWithState<T>(deps: Deps, work: (transaction: StateTransaction) => Promise<T>): Promise<T> {
  const opened = new Map<string, Awaited<ReturnType<typeof openStateIfPossible>>>();
  for (;;) {
    try {
      return await transact(deps.database, (db) =>
        work({
          db,
          async readState(thread) {
            const state = opened.get(keyOf(thread));
            if (!state) throw new StateNeeded(thread);
            return state.read(db);
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof StateNeeded)) throw error;
      opened.set(keyOf(error.thread), await openStateIfPossible(deps, error.thread));
    }
  }
}

class StateNeeded extends Error {
  override readonly name = 'StateNeeded';

  constructor(readonly thread: ThreadOfGraph) {
    super(`The state of thread ${thread.threadId} has to be opened first.`);
  }
}

function keyOf({ graphId, threadId }: ThreadOfGraph): string {
  return `${threadId}/${graphId}`;
}
