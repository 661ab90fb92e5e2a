import { StorageFailure } from '../../domain/errors.js';
import type { GraphState, Transaction } from '../../ports/graphs.js';
import type { Deps } from '../caller.js';

interface ThreadOfGraph {
  readonly graphId: string;
  readonly threadId: string;
}

/** The state of a run's thread; null when the graph itself cannot be asked (its factory throws, say). @throws StorageFailure */
export async function readStateIfPossible(deps: Deps, query: ThreadOfGraph): Promise<GraphState | null> {
  return (await openStateIfPossible(deps, query)).read();
}

/** As {@link readStateIfPossible}, in two steps: the second fits into a transaction. */
export async function openStateIfPossible(
  deps: Deps,
  { graphId, threadId }: ThreadOfGraph,
): Promise<{ read(transaction?: Transaction): Promise<GraphState | null> }> {
  const giveUp = (error: unknown): null => {
    if (error instanceof StorageFailure) throw error;
    deps.telemetry.emit('graph.stateUnreadable', { graphId, threadId, error });
    return null;
  };
  const open = await deps.graphs.openState({ graphId, threadId }).catch(giveUp);
  return { read: async (transaction) => (open ? open.read(transaction).catch(giveUp) : null) };
}
