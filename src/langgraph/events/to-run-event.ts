import type { EventDraft, EventKind } from '../../domain/event.js';
import type { Json } from '../../domain/json.js';
import type { StreamMode } from '../../domain/stream-mode.js';
import { type MessageProgress, readState, readToken } from './message-events.js';
import { toCheckpointWire, toDebugWire, toTaskWire } from './step-wire.js';
import { toWire } from './wire.js';

/** One piece of what LangGraph streams. */
export interface GraphChunk {
  /** As LangGraph gives it; [] when subgraphs are not streamed. */
  readonly namespace: readonly string[];
  readonly mode: string;
  readonly payload: unknown;
}

/** What a chunk is read with. */
export interface ChunkReader {
  /** What the run asked for; LangGraph streams more. */
  readonly modes: readonly StreamMode[];
  /** Why a task failed; null: it has not. */
  readonly findFailure: (taskId: string) => string | null;
}

/**
 * A piece of LangGraph's stream as events, with only the modes that the run asked for. Payloads are what LangGraph emitted, in wire form.
 *
 * The namespace is the path of the *graph* an event comes from, [] at the root, as LangGraph Platform's Python server has it. LangGraph.js
 * puts the node at the end of the path of a token or a tool (`["agent:task id"]` for a node of the root graph); that last part is left out
 * here, so that they stand in the same namespace as the values and updates of their graph. When subgraphs are not streamed, LangGraph emits
 * no values, updates, tasks or checkpoints of theirs, but still their tokens, tools and custom data, as if they were the root's: so do we.
 */
export function toRunEvents(
  chunk: GraphChunk,
  { modes, findFailure }: ChunkReader,
  progress: MessageProgress,
): { drafts: readonly EventDraft[]; progress: MessageProgress } {
  const namespace = NODE_MODES.has(chunk.mode) ? chunk.namespace.slice(0, -1) : chunk.namespace;
  const kind = KIND_OF_MODE[chunk.mode];
  const direct: EventDraft[] = kind && modes.includes(kind) ? [{ kind, namespace, data: toData(kind, chunk.payload, findFailure) }] : [];
  if (!modes.includes('MESSAGES')) return { drafts: direct, progress };

  const read = chunk.mode === 'messages' ? readToken : chunk.mode === 'values' ? readState : null;
  if (!read) return { drafts: direct, progress };
  const step = read(progress, namespace, chunk.payload);
  return { drafts: [...direct, ...step.drafts], progress: step.progress };
}

/** Their chunks' paths end with the node. */
const NODE_MODES: ReadonlySet<string> = new Set(['messages', 'tools']);

const KIND_OF_MODE: Readonly<Record<string, EventKind & StreamMode>> = {
  values: 'VALUES',
  updates: 'UPDATES',
  messages: 'MESSAGES_TUPLE',
  tasks: 'TASKS',
  checkpoints: 'CHECKPOINTS',
  debug: 'DEBUG',
  custom: 'CUSTOM',
  tools: 'TOOLS',
};

function toData(kind: EventKind, payload: unknown, findFailure: ChunkReader['findFailure']): Json {
  switch (kind) {
    case 'TASKS':
      return toTaskWire(payload, findFailure);
    case 'CHECKPOINTS':
      return toCheckpointWire(payload);
    case 'DEBUG':
      return toDebugWire(payload, findFailure);
    default:
      return toWire(payload);
  }
}
