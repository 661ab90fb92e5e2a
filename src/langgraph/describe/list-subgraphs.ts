import type { RunnableGraph } from '../call/runnable-graph.js';

/** Graphs nested deeper are not looked for: one that contains itself has no end. */
const DEPTH_MAX = 32;

/**
 * The graphs in a graph's nodes by their paths (`outer|inner`), with `recurse` those in theirs too. With `path` only the one it names:
 * LangGraph's own search would take a node for another one whose name begins alike, and finds a nested one only when it may recurse.
 */
export async function listSubgraphs(
  graph: RunnableGraph,
  { path, recurse }: { path: string | null; recurse: boolean },
): Promise<Map<string, RunnableGraph>> {
  const found = new Map<string, RunnableGraph>();
  await search(graph, []);
  return found;

  async function search(outer: RunnableGraph, names: readonly string[]): Promise<void> {
    if (names.length >= DEPTH_MAX) return;
    for await (const [name, inner] of outer.getSubgraphsAsync()) {
      const ownNames = [...names, name];
      const ownPath = ownNames.join('|');
      if (path === null || path === ownPath) found.set(ownPath, inner);
      if (path === null ? recurse : path.startsWith(`${ownPath}|`)) await search(inner, ownNames);
    }
  }
}
