import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { RunnableGraph } from '../call/runnable-graph.js';

/**
 * The graph that keeps its checkpoints in a namespace (`outer:task id|inner:task id`), as a view that reads and writes through
 * `checkpointer`: LangGraph rebuilds channels that are stored as deltas with the graph's own checkpointer only. Null when the graph has no
 * such subgraph.
 */
export async function findGraphOf(
  graph: RunnableGraph,
  checkpointNs: string,
  checkpointer: BaseCheckpointSaver,
): Promise<RunnableGraph | null> {
  const found = checkpointNs === '' ? graph : await findSubgraph(graph, toNodePath(checkpointNs));
  return found && (Object.create(found, { checkpointer: { value: checkpointer } }) as RunnableGraph);
}

/** LangGraph's own search gives, of the subgraphs on the way to a nested one, the outermost first. */
async function findSubgraph(graph: RunnableGraph, nodePath: string): Promise<RunnableGraph | null> {
  for await (const [path, subgraph] of graph.getSubgraphsAsync(nodePath, true)) if (path === nodePath) return subgraph;
  return null;
}

/** The nodes of a namespace without the ids of their tasks; numbers in between count calls within one task. */
export function toNodePath(checkpointNs: string): string {
  return checkpointNs
    .split('|')
    .filter((part) => !/^\d+$/.test(part))
    .map((part) => part.split(':')[0] ?? part)
    .join('|');
}
