import { pathToFileURL } from 'node:url';
import { StartupError } from '../../domain/errors.js';
import type { StoreSettings } from '../../domain/store-settings.js';
import type { ThreadTtl } from '../../domain/thread-ttl.js';
import type { GraphInfo } from '../../ports/graphs.js';
import type { StoreIndex } from '../../ports/store-index.js';
import type { FactoryConfig } from '../call/call-options.js';
import { findGraph, type RunnableGraph } from '../call/runnable-graph.js';
import { adviseOnImport, findExport, listExports, summarise } from './import-faults.js';
import { type GraphSpec, loadConfig } from './load-config.js';
import { loadStoreIndex } from './load-store-index.js';

/** A graph that can be called. */
export interface LoadedGraph extends GraphInfo {
  /** Absolute. */
  readonly file: string;
  readonly exportName: string;
  /** The compiled graph. A factory is called with `config` each time, and may throw. */
  open(config: FactoryConfig): Promise<RunnableGraph>;
}

export interface LoadedGraphs {
  readonly graphs: ReadonlyMap<string, LoadedGraph>;
  /** What langgraph.json says of the life of threads. */
  readonly threadTtl: ThreadTtl;
  readonly store: StoreSettings;
  /** null: the file has no `store.index`. */
  readonly storeIndex: StoreIndex | null;
  /** What langgraph.json holds without effect; for the log. */
  readonly warnings: readonly string[];
}

/**
 * Imports every graph that the langgraph.json at `path` names, each with the `node_modules` of its own project. TypeScript needs tsx's
 * loader to be active in this process. `env` of the file goes into `env` first, without overriding what is set there.
 * A graph factory is not called yet: it may need the config of a run.
 * @throws StartupError listing every fault at once
 */
export async function loadGraphs(path: string, { env = process.env }: { env?: NodeJS.ProcessEnv } = {}): Promise<LoadedGraphs> {
  const config = loadConfig(path);
  for (const [name, value] of Object.entries(config.env)) env[name] ??= value;

  const loaded = await Promise.all(config.graphs.map(loadGraph));
  const storeIndex = config.storeIndex && (await loadStoreIndex(config.storeIndex));
  const faults = [...config.faults, ...[...loaded, storeIndex].filter((result) => typeof result === 'string')];
  if (faults.length > 0) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    throw new StartupError([`${path} has ${count}:`, ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
  const graphs = loaded.filter((result) => typeof result !== 'string');
  return {
    graphs: new Map(graphs.map((graph) => [graph.graphId, graph])),
    threadTtl: config.threadTtl,
    store: config.store,
    storeIndex: typeof storeIndex === 'string' ? null : storeIndex,
    warnings: config.warnings,
  };
}

/** The graph, or what is wrong with it. */
async function loadGraph(spec: GraphSpec): Promise<LoadedGraph | string> {
  const where = `graphs[${JSON.stringify(spec.graphId)}]`;
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(spec.file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return `${where}: ${spec.file} cannot be loaded: ${summarise(error)}. ${adviseOnImport(error, spec)}`;
  }
  try {
    const exported = findExport(module, spec.exportName);
    if (exported === undefined) return `${where}: ${spec.file} exports no \`${spec.exportName}\`. ${listExports(module)}`;
    const { graphId, description, file, exportName } = spec;
    const place = { graphId, description, file, exportName };
    if (typeof exported === 'function') return { ...place, open: (config) => openFactory(exported as Factory, config, spec) };
    const graph = findGraph(await Promise.resolve(exported));
    if (graph === null) return `${where}: ${NO_GRAPH(spec)}`;
    return { ...place, open: () => Promise.resolve(graph) };
  } catch (error) {
    return `${where}: \`${spec.exportName}\` of ${spec.file} cannot be made into a graph: ${summarise(error)}. Correct the graph.`;
  }
}

type Factory = (config: FactoryConfig) => unknown;

async function openFactory(factory: Factory, config: FactoryConfig, spec: GraphSpec): Promise<RunnableGraph> {
  const graph = findGraph(await factory(config));
  if (graph === null) throw new TypeError(NO_GRAPH(spec, 'returned by '));
  return graph;
}

const NO_GRAPH = ({ exportName, file }: GraphSpec, how = ''): string =>
  `what is ${how}\`${exportName}\` of ${file} is no graph. Export a StateGraph, a compiled graph, or a function (config) => graph.`;
