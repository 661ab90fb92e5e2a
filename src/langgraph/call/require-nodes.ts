import type { GraphCall } from '../../ports/graphs.js';
import type { RunnableGraph } from './runnable-graph.js';

/** Throws when the run's command leads to a node that the graph does not have: LangGraph would do nothing, and call that a success. */
export function requireNodes(graph: RunnableGraph, { start, graphId, kwargs: { command } }: GraphCall): void {
  const names = graph.nodes && Object.keys(graph.nodes).filter((name) => name !== START);
  if (!names || start.kind === 'continue') return;
  const unknown = command?.goto?.find(({ node }) => node !== END && !names.includes(node));
  if (unknown) throw new UnknownNode(unknown.node, graphId, names);
}

const START = '__start__';
const END = '__end__';

class UnknownNode extends Error {
  override readonly name = 'UnknownNode';

  constructor(node: string, graphId: string, names: readonly string[]) {
    super(`\`command.goto\` names node ${node}, which graph ${graphId} does not have. It has: ${names.join(', ')}.`);
  }
}
