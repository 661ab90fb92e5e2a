import type { EventDraft } from '../domain/event.js';
import type { Json, JsonObject } from '../domain/json.js';
import type { Fence } from '../domain/run.js';
import type { RunKwargs } from '../domain/run-kwargs.js';
import type { Superstep } from '../domain/supersteps.js';
import type { StateInterrupt, StatePlace, ThreadState } from '../domain/thread-state.js';

/** A graph that langgraph.json names. */
export interface GraphInfo {
  readonly graphId: string;
  readonly description: string | null;
}

/** The graphs loaded at start; the set does not change while the server lives. */
export interface GraphCatalog {
  list(): readonly GraphInfo[];
  has(graphId: string): boolean;
}

/**
 * What to begin with. `start`: the run's own input, command and checkpoint. `continue`: null from the run's own newest
 * checkpoint (a second attempt; `checkpointId` is that checkpoint).
 */
export type GraphStart = { readonly kind: 'start' } | { readonly kind: 'continue'; readonly checkpointId: string };

/** One call of one graph for one attempt of a run. */
export interface GraphCall {
  /** Whose store the graph reads and writes. */
  readonly tenantId: string;
  readonly graphId: string;
  readonly threadId: string;
  /** Quoted by every checkpoint write of the call; a write after the fence has fallen throws LeaseLost. */
  readonly fence: Fence;
  readonly start: GraphStart;
  readonly kwargs: RunKwargs;
  /** Reaches nodes, models and tools. */
  readonly abort: AbortSignal;
}

/**
 * What comes out of a running graph, in the order in which it happened:
 * - `event`: something for the log (already filtered by the run's stream modes and `streamSubgraphs`);
 * - `checkpoint`: the root graph has taken this checkpoint; later events belong to steps after it (it may not be on disk yet);
 * - `barrier`: a checkpoint waits to be written until `release` is called. Whoever reads must first make all earlier events durable,
 *   so that no checkpoint on disk stands for a step whose events were lost. Never withhold `release`, or the graph stands still;
 *   given an error, it makes the checkpoint's write throw that instead.
 */
export type GraphOutput =
  | { readonly kind: 'event'; readonly draft: EventDraft }
  | { readonly kind: 'checkpoint'; readonly checkpointId: string; readonly parentCheckpointId: string | null }
  | { readonly kind: 'barrier'; release(error?: unknown): void };

/** An interrupt that waits in a state. */
export type PendingInterrupt = StateInterrupt;

/** The latest state of a thread as one graph reads it; messages in their flattened wire form. */
export interface GraphState {
  /** null: no checkpoint yet. */
  readonly checkpointId: string | null;
  readonly values: JsonObject | Json;
  /** Nodes that would run next; empty = waiting for input. */
  readonly next: readonly string[];
  readonly interrupts: readonly PendingInterrupt[];
}

/** A graph opened to read a thread's state. */
export interface OpenState {
  /** The thread's latest state, as the transaction sees it when there is one. Calls no function of the graph but reducers. */
  read(transaction?: Transaction): Promise<GraphState>;
}

/** A transaction of the store, passed on unopened. */
export type Transaction = object;

/** A thread, and the graph that its state is read with. */
export interface GraphThread {
  /** Whose store the graph's own functions reach. */
  readonly tenantId: string;
  readonly graphId: string;
  readonly threadId: string;
  /** What a graph factory, and the graph's own functions, find in `configurable`. */
  readonly configurable: JsonObject;
}

/** Which states to list: of one namespace, newest first. */
export interface StateListQuery {
  readonly checkpointNs: string;
  /** The state to begin with, and older ones; wins over `beforeId`. Null: from the newest. */
  readonly fromId: string | null;
  /** Only states older than this one. */
  readonly beforeId: string | null;
  /** Containment in the checkpoint's metadata. */
  readonly metadata: JsonObject | null;
  readonly limit: number;
}

/** A change of a thread's state that no run makes. */
export interface StateUpdate {
  /** What it is laid upon. */
  readonly place: StatePlace;
  readonly values: Json;
  /** On behalf of which node; null: the one that wrote last. */
  readonly asNode: string | null;
  /** Must be the newest checkpoint of the namespace; null: any may be. */
  readonly expectedCheckpointId: string | null;
}

/** A state update that is computed but not written. */
export interface PreparedStateUpdate {
  /**
   * Writes it, and gives the state at the new checkpoint and the latest one of the thread. Calls no function of the graph but reducers.
   * May be called again, in another transaction, when the first was rolled back.
   */
  write(transaction: Transaction): Promise<{ readonly state: ThreadState; readonly latest: GraphState }>;
}

/** LangGraph as the rest of the house sees it. */
export interface Graphs extends GraphCatalog {
  /**
   * Runs the graph. The iteration ends when the graph call has ended and its last checkpoint is written; it throws what the graph
   * threw. Reads and writes checkpoints in the run's thread under the call's fence.
   */
  run(call: GraphCall): AsyncIterable<GraphOutput>;
  /** The thread's latest state. One database round trip. */
  readState(query: { graphId: string; threadId: string }): Promise<GraphState>;
  /** The same in two steps: what the graph's own factory does comes first, so that the reading fits into a transaction. */
  openState(thread: Pick<GraphThread, 'graphId' | 'threadId'> & Partial<GraphThread>): Promise<OpenState>;
  /**
   * The state at one checkpoint; null when there is no such checkpoint, or the graph has no subgraph of its namespace. One round trip, and
   * one more for each subgraph among its tasks; `subgraphs` reads their states too.
   */
  readStateAt(thread: GraphThread, place: StatePlace, options: { subgraphs: boolean }): Promise<ThreadState | null>;
  /** The thread's history, all branches. As many round trips as {@link readStateAt} for the subgraphs of each state. */
  listStates(thread: GraphThread, query: StateListQuery): Promise<readonly ThreadState[]>;
  /**
   * Applies an update to the thread as it is, through the graph's reducers and edges, and writes nothing yet.
   * @throws CHECKPOINT_NOT_FOUND, CHECKPOINT_CONFLICT, INVALID_STATE_UPDATE with the graph's own message
   */
  prepareStateUpdate(thread: GraphThread, update: StateUpdate): Promise<PreparedStateUpdate>;
  /**
   * Computes the checkpoints of a thread that has none yet, one for each superstep, through the graph's reducers and edges, and writes
   * nothing yet. What is written gives the state at the last one.
   * @throws INVALID_STATE_UPDATE with the graph's own message
   */
  prepareSupersteps(thread: GraphThread, supersteps: readonly Superstep[]): Promise<PreparedStateUpdate>;
}
