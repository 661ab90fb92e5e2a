import type { EventDraft } from '../../domain/event.js';
import type { GraphCall, GraphOutput } from '../../ports/graphs.js';
import { Barrier, ReadMark } from '../call/barriers.js';
import type { TaskFailures } from '../call/task-failures.js';
import { startMessages } from './message-events.js';
import { type GraphChunk, toRunEvents } from './to-run-event.js';
import { type Trace, TraceMark } from './trace.js';

export interface OutputParts {
  /** null: the run does not stream EVENTS. */
  readonly trace: Trace | null;
  /** null: the run does not stream how its tasks end. */
  readonly failures: TaskFailures | null;
  /** The root's first state is not told. */
  readonly skipFirstState: boolean;
}

/** What LangGraph streams, one chunk after the other, as the port's outputs. */
export interface ChunkOutputs {
  read(chunk: unknown): readonly GraphOutput[];
  /** What came after the last chunk. */
  end(): readonly GraphOutput[];
}

export function makeChunkOutputs(call: GraphCall, { trace, failures, skipFirstState }: OutputParts): ChunkOutputs {
  const { streamModes: modes, durability } = call.kwargs;
  const reader = { modes, findFailure: (taskId: string) => failures?.find(taskId) ?? null };
  let progress = startMessages(call);
  let skipsState = skipFirstState;

  function readChunk(chunk: GraphChunk): readonly GraphOutput[] {
    if (skipsState && chunk.mode === 'values' && chunk.namespace.length === 0) {
      skipsState = false;
      return [];
    }
    const step = toRunEvents(chunk, reader, progress);
    progress = step.progress;
    const events = step.drafts.map(toOutput);
    // Before the events of this checkpoint: they are told again by an attempt that goes on from it.
    return chunk.mode === 'checkpoints' && durability !== 'EXIT' ? [...toCheckpoint(chunk), ...events] : events;
  }

  return {
    read(given) {
      const chunk = toGraphChunk(given);
      const { payload } = chunk;
      if (payload instanceof Barrier) return [{ kind: 'barrier', release: payload.release }];
      if (payload instanceof TraceMark) return trace?.take(payload).map(toOutput) ?? [];
      if (!(payload instanceof ReadMark)) return readChunk(chunk);
      payload.release();
      return [];
    },
    end: () => trace?.take().map(toOutput) ?? [],
  };
}

function toOutput(draft: EventDraft): GraphOutput {
  return { kind: 'event', draft };
}

function toGraphChunk(chunk: unknown): GraphChunk {
  const parts = chunk as readonly unknown[];
  if (parts.length === 2) return { namespace: [], mode: String(parts[0]), payload: parts[1] };
  return { namespace: (parts[0] as readonly string[] | null) ?? [], mode: String(parts[1]), payload: parts[2] };
}

interface CheckpointConfig {
  readonly configurable?: { readonly checkpoint_id?: string };
}

/** Steps of subgraphs are none of the root's. With durability EXIT no checkpoint has an id until it is written, at the very end. */
function toCheckpoint({ namespace, payload }: GraphChunk): readonly GraphOutput[] {
  const { config, parentConfig } = payload as { config?: CheckpointConfig; parentConfig?: CheckpointConfig };
  const checkpointId = config?.configurable?.checkpoint_id;
  if (namespace.length > 0 || checkpointId === undefined) return [];
  return [{ kind: 'checkpoint', checkpointId, parentCheckpointId: parentConfig?.configurable?.checkpoint_id ?? null }];
}
