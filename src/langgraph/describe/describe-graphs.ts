import { AppError, badUserInput, notFound } from '../../domain/errors.js';
import { canonicalJson, isJsonObject, type JsonObject } from '../../domain/json.js';
import type { GraphDescriptions, GraphDrawing, GraphSchemas, GraphView } from '../../ports/graph-descriptions.js';
import type { Telemetry } from '../../ports/telemetry.js';
import type { RunnableGraph } from '../call/runnable-graph.js';
import type { LoadedGraphs } from '../load/load-graphs.js';
import { toNodePath } from '../state/subgraphs.js';
import { drawGraph } from './draw-graph.js';
import { listSubgraphs } from './list-subgraphs.js';
import type { SourceReader } from './source-schemas.js';
import { readToldSchemas, tellFromChannels, type ToldSchemas, UNTOLD } from './told-schemas.js';

export interface DescribeGraphsDeps {
  readonly loaded: Pick<LoadedGraphs, 'graphs'>;
  readonly source: SourceReader;
  readonly telemetry: Telemetry;
}

/** Levels of subgraphs that a drawing expands at most: one that contains itself has no end. */
const XRAY_MAX = 32;

export function makeGraphDescriptions({ loaded, source, telemetry }: DescribeGraphsDeps): GraphDescriptions {
  const opening = new Map<string, Promise<RunnableGraph>>();
  const drawings = new WeakMap<object, Map<number, Promise<GraphDrawing>>>();
  const told = new WeakMap<object, ToldSchemas>();

  /** Who asks for the same while a factory is at work gets what it makes. */
  function open(view: GraphView): Promise<RunnableGraph> {
    const { graphId, config, context, metadata } = view;
    const graph = loaded.graphs.get(graphId);
    if (!graph) throw notFound('Graph', graphId);
    const key = canonicalJson([graphId, config, context, metadata]);
    const opened =
      opening.get(key) ??
      graph
        .open({ configurable: config.configurable, tags: config.tags, metadata, ...(context !== null && { context }) })
        .finally(() => opening.delete(key));
    opening.set(key, opened);
    return opened;
  }

  async function openToDescribe(view: GraphView): Promise<RunnableGraph> {
    try {
      return await open(view);
    } catch (error) {
      throw error instanceof AppError ? error : undescribable(view, error);
    }
  }

  function draw(graph: RunnableGraph, xray: number): Promise<GraphDrawing> {
    const known = drawings.get(graph) ?? new Map<number, Promise<GraphDrawing>>();
    drawings.set(graph, known);
    const drawing = known.get(xray) ?? drawGraph(graph, { xray });
    known.set(xray, drawing);
    return drawing;
  }

  function readTold(graph: RunnableGraph, onFault: (error: unknown) => void): ToldSchemas {
    const known = told.get(graph) ?? readToldSchemas(graph, onFault);
    told.set(graph, known);
    return known;
  }

  /** `graph` null: it cannot be opened, but its source may tell. */
  async function describe(graphId: string, graph: RunnableGraph | null, path: string): Promise<GraphSchemas> {
    const onFault = (error: unknown): void => telemetry.emit('graph.schemaUnknown', { graphId, error });
    const atRunTime = graph ? readTold(graph, onFault) : UNTOLD;
    const spec = loaded.graphs.get(graphId);
    if (!spec || isComplete(atRunTime)) return toSchemas(atRunTime);
    const inSource = (await source.find(spec, onFault))?.[path] ?? UNTOLD;
    return toSchemas(fillIn(fillIn(atRunTime, inSource), tellFromChannels(graph)));
  }

  return {
    async draw(view, { xray }) {
      const graph = await openToDescribe(view);
      try {
        return await draw(graph, xray < 0 ? XRAY_MAX : Math.min(xray, XRAY_MAX));
      } catch (error) {
        throw undescribable(view, error);
      }
    },
    async describe(view) {
      const graph = await openToDescribe(view).catch((error: unknown) => {
        telemetry.emit('graph.schemaUnknown', { graphId: view.graphId, error });
        return null;
      });
      return describe(view.graphId, graph, '');
    },
    async listSubgraphs(view, { namespace, recurse }) {
      const graph = await openToDescribe(view);
      const found = await listSubgraphs(graph, { path: namespace ? toNodePath(namespace) : null, recurse });
      const { graphId } = view;
      return Promise.all(
        [...found].map(async ([path, subgraph]) => ({ namespace: path, graphId, schemas: await describe(graphId, subgraph, path) })),
      );
    },
  };
}

/** What an assistant holds may be what its graph's factory does not like: the factory's own message says so. */
function undescribable({ graphId }: GraphView, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return badUserInput(
    `Graph ${graphId} cannot be made with what this assistant holds: ${reason} Correct the assistant's config, or the graph.`,
  );
}

function isComplete({ state, input, output }: ToldSchemas): boolean {
  return [state, input, output].every((part) => part !== undefined);
}

function fillIn(known: ToldSchemas, more: ToldSchemas): ToldSchemas {
  return {
    state: known.state === undefined ? more.state : known.state,
    input: known.input === undefined ? more.input : known.input,
    output: known.output === undefined ? more.output : known.output,
    config: known.config === undefined ? more.config : known.config,
  };
}

/** LangGraph.js has one type for `context` and for `configurable`. */
function toSchemas({ state, input, output, config }: ToldSchemas): GraphSchemas {
  const orNull = (schema: JsonObject | null | undefined): JsonObject | null => (isJsonObject(schema) ? schema : null);
  return { state: orNull(state), input: orNull(input), output: orNull(output), config: orNull(config), context: orNull(config) };
}
