import type { Json, JsonObject } from '../domain/json.js';
import type { RunConfig } from '../domain/run-config.js';

/** A graph as one assistant has it: its factory, if it has one, is called with what the assistant holds. */
export interface GraphView {
  readonly graphId: string;
  readonly config: RunConfig;
  readonly context: Json;
  readonly metadata: JsonObject;
}

/** JSON Schemas, `properties` at the top level; null where the graph declares none, or it cannot be told. */
export interface GraphSchemas {
  readonly input: JsonObject | null;
  readonly output: JsonObject | null;
  readonly state: JsonObject | null;
  readonly config: JsonObject | null;
  readonly context: JsonObject | null;
}

/** A graph in a node of another one. */
export interface Subgraph {
  /** Names of nodes joined by `|`. */
  readonly namespace: string;
  /** The graph of langgraph.json that it is part of. */
  readonly graphId: string;
  readonly schemas: GraphSchemas;
}

export interface GraphDrawingNode {
  /** What edges refer to; `outer:inner` for a node of an expanded subgraph. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'runnable' | 'schema';
  readonly data: Json;
  readonly metadata: JsonObject | null;
}

export interface GraphDrawingEdge {
  readonly source: string;
  readonly target: string;
  readonly label: string | null;
  readonly conditional: boolean;
}

export interface GraphDrawing {
  readonly nodes: readonly GraphDrawingNode[];
  readonly edges: readonly GraphDrawingEdge[];
  readonly mermaid: string;
}

/**
 * What can be told of a graph without running it. Told once for each graph, however many assistants ask; a factory's graphs, once for all
 * that ask at the same time with the same config. No database round trip.
 */
export interface GraphDescriptions {
  /** `xray`: how many levels of subgraphs are expanded; -1: all. @throws GRAPH_NOT_FOUND; BAD_USER_INPUT when it cannot be drawn */
  draw(view: GraphView, options: { readonly xray: number }): Promise<GraphDrawing>;
  /** Never throws. What only the TypeScript source tells takes seconds the first time, in a thread of its own. */
  describe(view: GraphView): Promise<GraphSchemas>;
  /** Those in the graph's nodes, with `recurse` those in theirs too; or only the one that `namespace` names. @throws as {@link draw} */
  listSubgraphs(view: GraphView, options: { readonly namespace: string | null; readonly recurse: boolean }): Promise<readonly Subgraph[]>;
}
