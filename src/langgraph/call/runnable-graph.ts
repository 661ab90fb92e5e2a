import type { RunnableConfig } from '@langchain/core/runnables';
import type { StateSnapshot } from '@langchain/langgraph';

/**
 * A compiled graph, as much of it as we use. Told by its shape, never by `instanceof`: a user's project brings its own copy of LangGraph.
 */
export interface RunnableGraph {
  /** By name. */
  readonly nodes?: Readonly<Record<string, unknown>>;
  /**
   * What `stream` wraps. `stream` ends the moment its signal fires, while the graph is still writing checkpoints; this one ends when the
   * graph has ended.
   */
  _streamIterator(input: unknown, options: Record<string, unknown>): AsyncGenerator<unknown>;
  getState(config: RunnableConfig, options?: { subgraphs?: boolean }): Promise<StateSnapshot>;
  updateState(config: RunnableConfig, values: unknown, asNode?: string): Promise<RunnableConfig>;
  bulkUpdateState(
    config: RunnableConfig,
    supersteps: readonly { updates: { values: unknown; asNode: string }[] }[],
  ): Promise<RunnableConfig>;
  /** Paths of nodes joined by `|`, and the graphs in them. */
  getSubgraphsAsync(namespace?: string, recurse?: boolean): AsyncIterable<readonly [string, RunnableGraph]>;
  /** `xray`: levels of subgraphs to expand; true: all. */
  getGraphAsync(config: { readonly xray: number | boolean }): Promise<Drawable>;
}

/** What LangGraph draws, as much of it as we use. */
export interface Drawable {
  readonly nodes: Readonly<Record<string, { readonly name: string; readonly metadata?: unknown }>>;
  toJSON(): { readonly nodes: readonly DrawnNode[]; readonly edges: readonly DrawnEdge[] };
  drawMermaid(): string;
}

export interface DrawnNode {
  /** A number stands for a node that has no name of its own. */
  readonly id: string | number;
  readonly type: 'runnable' | 'schema';
  readonly data?: unknown;
}

export interface DrawnEdge {
  readonly source: string | number;
  readonly target: string | number;
  readonly data?: unknown;
  readonly conditional?: boolean;
}

/**
 * The graph in what a file exports: a compiled graph, a builder (compiled here), or a wrapper that holds one in `graph` (`createAgent`);
 * null when there is none. Throws what `compile` throws.
 */
export function findGraph(exported: unknown): RunnableGraph | null {
  if (!isObject(exported)) return null;
  if ('graph' in exported && isCompiled(exported.graph)) return exported.graph;
  if (isCompiled(exported)) return exported;
  if (!('compile' in exported) || typeof exported.compile !== 'function') return null;
  const compiled: unknown = (exported.compile as () => unknown)();
  return isCompiled(compiled) ? compiled : null;
}

function isCompiled(value: unknown): value is RunnableGraph {
  return isObject(value) && hasMethod(value, '_streamIterator') && hasMethod(value, 'getState');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function hasMethod(value: object, name: string): boolean {
  return name in value && typeof (value as Record<string, unknown>)[name] === 'function';
}
