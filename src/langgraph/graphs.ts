import { notFound } from '../domain/errors.js';
import type { Graphs, GraphThread, OpenState } from '../ports/graphs.js';
import { awaitCallbacks } from './call/await-callbacks.js';
import { toConfigurable } from './call/call-options.js';
import { runGraph } from './call/run-graph.js';
import type { MakeCheckpointer } from './checkpointer/make-checkpointer.js';
import type { LoadedGraph, LoadedGraphs } from './load/load-graphs.js';
import { listThreadStates } from './state/list-thread-states.js';
import { readState } from './state/read-state.js';
import { readThreadState, type StateReader } from './state/read-thread-state.js';
import { prepareStateUpdate, prepareSupersteps } from './state/update-thread-state.js';
import type { MakeStore } from './store/graph-store.js';

export interface GraphsDeps {
  readonly loaded: Pick<LoadedGraphs, 'graphs'>;
  readonly makeCheckpointer: MakeCheckpointer;
  readonly makeStore: MakeStore;
}

/** The loaded graphs as the rest of the house sees them. A graph that is not loaded: GRAPH_NOT_FOUND. */
export function makeGraphs({ loaded, makeCheckpointer, makeStore }: GraphsDeps): Graphs {
  awaitCallbacks();
  const infos = [...loaded.graphs.values()].map(({ graphId, description }) => ({ graphId, description }));

  function getGraph(graphId: string): LoadedGraph {
    const graph = loaded.graphs.get(graphId);
    if (!graph) throw notFound('Graph', graphId);
    return graph;
  }

  async function openReader({ graphId, threadId, configurable }: Omit<GraphThread, 'tenantId'>): Promise<StateReader> {
    const graph = await getGraph(graphId).open({ configurable: toConfigurable(threadId, configurable) });
    return { graph, checkpointer: makeCheckpointer({ threadId, fence: null }), threadId };
  }

  async function openState({ configurable = {}, ...thread }: Parameters<Graphs['openState']>[0]): Promise<OpenState> {
    const { graph, threadId } = await openReader({ ...thread, configurable });
    return {
      read: (transaction) => readState(graph, makeCheckpointer({ threadId, fence: null, ...(transaction && { transaction }) }), threadId),
    };
  }

  return {
    list: () => infos,
    has: (graphId) => loaded.graphs.has(graphId),
    async *run(call) {
      yield* runGraph({ graph: getGraph(call.graphId), makeCheckpointer, makeStore }, call);
    },
    async readState(query) {
      return (await openState(query)).read();
    },
    openState,
    async readStateAt(thread, place, options) {
      return readThreadState(await openReader(thread), place, options);
    },
    async listStates(thread, query) {
      return listThreadStates(await openReader(thread), query);
    },
    async prepareStateUpdate(thread, update) {
      const { graph } = await openReader(thread);
      return prepareStateUpdate({ graph, makeCheckpointer, store: makeStore(thread) }, thread, update);
    },
    async prepareSupersteps(thread, supersteps) {
      const { graph } = await openReader(thread);
      return prepareSupersteps(
        { graph, graphFile: getGraph(thread.graphId).file, makeCheckpointer, store: makeStore(thread) },
        thread,
        supersteps,
      );
    },
  };
}
