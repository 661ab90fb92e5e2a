import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { BaseCheckpointSaver, BaseStore } from '@langchain/langgraph-checkpoint';
import type { JsonObject } from '../../domain/json.js';
import type { RunKwargs } from '../../domain/run-kwargs.js';
import type { Durability, StreamMode } from '../../domain/stream-mode.js';
import type { GraphCall } from '../../ports/graphs.js';

/** What the call gives to LangGraph beside what the run's creator asked for. */
export interface CallParts {
  readonly checkpointer: BaseCheckpointSaver;
  readonly store: BaseStore;
  readonly signal: AbortSignal;
  /** Where a second attempt goes on; null: at the thread's newest checkpoint. Ignored by a first attempt. */
  readonly continueFrom: string | null;
  readonly callbacks: readonly BaseCallbackHandler[];
}

/**
 * LangGraph's options for one call. Absent rather than undefined: LangGraph lays the options over the graph's own defaults, and an explicit
 * `recursionLimit: undefined` becomes 25.
 */
export function toCallOptions(
  call: GraphCall,
  { checkpointer, store, signal, continueFrom, callbacks }: CallParts,
): Record<string, unknown> {
  const { kwargs, fence } = call;
  const interruptBefore = toNodeNames(kwargs.interruptBefore);
  const interruptAfter = toNodeNames(kwargs.interruptAfter);
  return {
    streamMode: toLanggraphModes(kwargs.streamModes),
    subgraphs: kwargs.streamSubgraphs,
    durability: DURABILITY[kwargs.durability],
    store,
    signal,
    runId: fence.runId,
    tags: [...kwargs.config.tags],
    ...(callbacks.length > 0 && { callbacks: [...callbacks] }),
    // LangGraph takes a run for resumed when its metadata names the run of the newest checkpoint: a client must not decide that.
    metadata: { ...modelOf(kwargs), ...kwargs.metadata, run_id: fence.runId, run_attempt: fence.attempt },
    configurable: {
      ...toFactoryConfig(call).configurable,
      __pregel_checkpointer: checkpointer,
      ...(call.start.kind === 'start' ? toStartPoint(kwargs) : continueFrom !== null ? { checkpoint_id: continueFrom } : {}),
    },
    ...(kwargs.config.recursionLimit !== null && { recursionLimit: kwargs.config.recursionLimit }),
    ...(kwargs.context !== null && { context: kwargs.context }),
    ...(interruptBefore !== null && { interruptBefore }),
    ...(interruptAfter !== null && { interruptAfter }),
  };
}

/** LangChain tells the metadata which model a call was configured with, in a step that we leave out. */
function modelOf({ config: { configurable } }: RunKwargs): JsonObject {
  const { model } = configurable;
  return typeof model === 'string' ? { model } : {};
}

/** What a graph factory is called with. */
export interface FactoryConfig {
  readonly configurable: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/**
 * The run's config as its creator gave it, without LangGraph's own keys: `__…` would reach into the machine, and the place in the history
 * is chosen with the run's `checkpoint` alone (a thread keeps the configs of its runs; one that named a checkpoint would pin them all).
 */
export function toFactoryConfig({ threadId, kwargs }: Pick<GraphCall, 'threadId' | 'kwargs'>): FactoryConfig {
  return {
    configurable: toConfigurable(threadId, kwargs.config.configurable),
    metadata: kwargs.metadata,
    tags: kwargs.config.tags,
    ...(kwargs.context !== null && { context: kwargs.context }),
  };
}

/** `configurable` without LangGraph's own keys, on this thread. */
export function toConfigurable(threadId: string, configurable: JsonObject): FactoryConfig['configurable'] {
  const given = Object.entries(configurable).filter(([key]) => !key.startsWith('__') && !CHECKPOINT_KEYS.has(key));
  return { ...Object.fromEntries(given), thread_id: threadId };
}

const CHECKPOINT_KEYS: ReadonlySet<string> = new Set(['checkpoint_id', 'checkpoint_ns', 'checkpoint_map']);

/** `checkpoint_id` in a config, whatever its value, makes LangGraph run finished tasks again: it must be absent unless it is meant. */
function toStartPoint({ checkpoint }: RunKwargs): Record<string, unknown> {
  if (checkpoint === null) return {};
  return {
    checkpoint_id: checkpoint.checkpointId,
    checkpoint_ns: checkpoint.checkpointNs,
    ...(checkpoint.checkpointMap && { checkpoint_map: checkpoint.checkpointMap }),
  };
}

/**
 * MESSAGES is made of tokens and of the states in which messages appear; checkpoints tell where a step ends; barriers, and the marks of the
 * trace that EVENTS are taken from, travel as custom chunks.
 */
function toLanggraphModes(modes: readonly StreamMode[]): string[] {
  return [...new Set(['checkpoints', 'custom', ...modes.flatMap((mode) => LANGGRAPH_MODES[mode])])];
}

const LANGGRAPH_MODES: Record<StreamMode, readonly string[]> = {
  VALUES: ['values'],
  UPDATES: ['updates'],
  MESSAGES: ['messages', 'values'],
  MESSAGES_TUPLE: ['messages'],
  TASKS: ['tasks'],
  CHECKPOINTS: ['checkpoints'],
  DEBUG: ['debug'],
  CUSTOM: ['custom'],
  EVENTS: [],
  TOOLS: ['tools'],
};

const DURABILITY: Record<Durability, string> = { SYNC: 'sync', ASYNC: 'async', EXIT: 'exit' };

function toNodeNames(names: readonly string[] | null): '*' | string[] | null {
  return names === null ? null : names.includes('*') ? '*' : [...names];
}
