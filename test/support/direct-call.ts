import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventDraft, EventKind } from '../../src/domain/event.js';
import type { StreamMode } from '../../src/domain/stream-mode.js';
import type { GraphCall } from '../../src/ports/graphs.js';
import { makeMemoryCheckpoints } from './memory-checkpointer.js';

/** A compiled graph, as much of it as a caller without a server uses. */
export interface DirectGraph {
  stream(input: unknown, options: object): Promise<AsyncIterable<unknown>>;
  streamEvents(input: unknown, options: object): AsyncIterable<TraceEvent>;
}

interface TraceEvent {
  readonly event: string;
  readonly run_id: string;
  readonly tags?: readonly string[];
  readonly metadata: { readonly langgraph_checkpoint_ns?: string };
  readonly data: { readonly error?: string };
}

const LANGGRAPH_MODES = {
  VALUES: 'values',
  UPDATES: 'updates',
  MESSAGES_TUPLE: 'messages',
  TASKS: 'tasks',
  CHECKPOINTS: 'checkpoints',
  DEBUG: 'debug',
  CUSTOM: 'custom',
  TOOLS: 'tools',
} as const satisfies Partial<Record<StreamMode & EventKind, string>>;
export type DirectMode = keyof typeof LANGGRAPH_MODES;
/** The modes that LangGraph itself has. */
export const DIRECT_MODES = Object.keys(LANGGRAPH_MODES) as DirectMode[];

/**
 * What `graph.stream` gives for the same call in the wire form that LangGraph writes itself, as the events that we should make of it. An
 * error that ends the call ends the list.
 */
export async function streamDirectly(graph: DirectGraph, call: GraphCall, modes: readonly DirectMode[]): Promise<EventDraft[]> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    const streamMode = modes.map((mode) => LANGGRAPH_MODES[mode]);
    const stream = await graph.stream(call.kwargs.input, { ...optionsOf(call), streamMode, encoding: 'text/event-stream' });
    for await (const bytes of stream) text += decoder.decode(bytes as Uint8Array, { stream: true });
  } catch {
    // The graph failed before it told anything.
  }
  return text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith('event: error\n'))
    .map((block) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      const [name, ...path] = event.split('|');
      const kind = DIRECT_MODES.find((mode) => LANGGRAPH_MODES[mode] === name)!;
      // LangGraph puts the node at the end of these, and tells their path even when it leaves out that of all others.
      const graphPath = kind === 'MESSAGES_TUPLE' || kind === 'TOOLS' ? path.slice(0, -1) : path;
      return {
        kind,
        namespace: call.kwargs.streamSubgraphs ? graphPath : [],
        data: data === 'undefined' ? null : (JSON.parse(data) as null),
      };
    });
}

/**
 * What `graph.streamEvents` (version 2) gives for the same call beside `modes`, without what is hidden and without the stream of the graph
 * itself.
 */
export async function traceDirectly(graph: DirectGraph, call: GraphCall, modes: readonly DirectMode[] = []): Promise<EventDraft[]> {
  const drafts: EventDraft[] = [];
  try {
    for await (const event of graph.streamEvents(call.kwargs.input, {
      ...optionsOf(call),
      version: 'v2',
      streamMode: ['custom', ...modes.map((mode) => LANGGRAPH_MODES[mode])],
    })) {
      const { tags = [], metadata, run_id: runId, data } = event;
      if (tags.includes('langsmith:hidden') || (event.event === 'on_chain_stream' && runId === call.fence.runId)) continue;
      if (event.event === 'on_chat_model_stream' && tags.includes('nostream')) continue;
      const path = metadata.langgraph_checkpoint_ns?.split('|').slice(0, -1) ?? [];
      // The first line: what follows is the stack.
      const told = data.error === undefined ? event : { ...event, data: { ...data, error: data.error.split('\n')[0] } };
      drafts.push({ kind: 'EVENTS', namespace: call.kwargs.streamSubgraphs ? path : [], data: JSON.parse(stringify(told)) as null });
    }
  } catch {
    // The graph failed; what it told before is what counts.
  }
  return drafts;
}

function optionsOf({ kwargs, threadId, fence }: GraphCall): object {
  const checkpointer = makeMemoryCheckpoints().makeCheckpointer({ threadId, fence: null });
  const putWrites = checkpointer.putWrites.bind(checkpointer);
  // A loop that fails throws away what was not read yet, once its writes are done.
  checkpointer.putWrites = async (...write) => {
    await putWrites(...write);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  };
  return {
    subgraphs: kwargs.streamSubgraphs,
    durability: kwargs.durability.toLowerCase(),
    runId: fence.runId,
    tags: [...kwargs.config.tags],
    metadata: { ...kwargs.metadata, run_id: fence.runId, run_attempt: fence.attempt },
    configurable: { ...kwargs.config.configurable, thread_id: threadId, __pregel_checkpointer: checkpointer },
  };
}

/** As LangGraph Platform writes messages. */
export function stringify(payload: unknown): string {
  return JSON.stringify(payload, function (this: Record<string, unknown>, key, value: unknown) {
    const raw = this[key] as { toDict?: () => { type: string; data: object } } | null;
    if (typeof raw?.toDict !== 'function') return value;
    const { type, data } = raw.toDict();
    return { ...data, type };
  });
}
