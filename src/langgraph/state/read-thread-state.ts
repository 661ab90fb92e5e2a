import type { RunnableConfig } from '@langchain/core/runnables';
import type { StateSnapshot } from '@langchain/langgraph';
import type { BaseCheckpointSaver, CheckpointTuple } from '@langchain/langgraph-checkpoint';
import { isJsonObject, type Json } from '../../domain/json.js';
import type { Checkpoint, StateInterrupt, StatePlace, ThreadState, ThreadTask } from '../../domain/thread-state.js';
import type { RunnableGraph } from '../call/runnable-graph.js';
import { toWire } from '../events/wire.js';
import { findPendingInterrupts, type TaskInterrupt, toTaskInterrupt } from './pending-interrupts.js';
import { findGraphOf } from './subgraphs.js';
import { takeSnapshot } from './take-snapshot.js';

/** One thread's memory, and the root graph that reads it. */
export interface StateReader {
  readonly graph: RunnableGraph;
  readonly checkpointer: BaseCheckpointSaver;
  readonly threadId: string;
}

/** As the port `Graphs.readStateAt` describes it. */
export async function readThreadState(
  reader: StateReader,
  { checkpointId, checkpointNs }: StatePlace,
  { subgraphs }: { subgraphs: boolean },
): Promise<ThreadState | null> {
  const place = { thread_id: reader.threadId, checkpoint_ns: checkpointNs, ...(checkpointId !== null && { checkpoint_id: checkpointId }) };
  const tuple = await reader.checkpointer.getTuple({ configurable: place });
  return tuple ? toThreadState(reader, tuple, { subgraphs, isNewest: checkpointId === null }) : null;
}

/** What a checkpoint holds; null when the graph has no subgraph of its namespace. */
export async function toThreadState(
  reader: StateReader,
  tuple: CheckpointTuple,
  { subgraphs, isNewest }: { subgraphs: boolean; isNewest: boolean },
): Promise<ThreadState | null> {
  const checkpoint = toCheckpoint(tuple.config);
  const { checkpointNs } = checkpoint;
  const view = await findGraphOf(reader.graph, checkpointNs, reader.checkpointer);
  if (!view) return null;
  // Before LangGraph lays the pending writes onto the checkpoint.
  const waiting = findPendingInterrupts(tuple);
  const snapshot = await takeSnapshot({ view, checkpointer: reader.checkpointer, tuple, isNewest });
  const tasks: Awaited<ReturnType<typeof toTask>>[] = [];
  // One after the other: the checkpointer may work in a transaction, which takes one statement at a time.
  for (const task of snapshot.tasks) tasks.push(await toTask(reader, task, { checkpointNs, subgraphs, waiting }));
  const metadata = toWire(snapshot.metadata);
  return {
    checkpoint: toCheckpoint(snapshot.config),
    parentCheckpoint: snapshot.parentConfig ? toCheckpoint(snapshot.parentConfig) : null,
    values: toWire(snapshot.values),
    next: snapshot.next,
    tasks: tasks.map(({ task }) => task),
    interrupts: tasks.flatMap(({ pending }) => pending),
    metadata: isJsonObject(metadata) ? metadata : {},
    createdAt: snapshot.createdAt === undefined ? null : new Date(snapshot.createdAt),
  };
}

type SnapshotTask = StateSnapshot['tasks'][number];

async function toTask(
  reader: StateReader,
  { id, name, error, interrupts, result, state }: SnapshotTask & { readonly result?: unknown },
  { checkpointNs, subgraphs, waiting }: { checkpointNs: string; subgraphs: boolean; waiting: readonly TaskInterrupt[] },
): Promise<{ task: ThreadTask; pending: StateInterrupt[] }> {
  const asked = interrupts.map((interrupt) => toTaskInterrupt(id, interrupt));
  // The state of a subgraph tells how deep inside it a question was asked: a parent repeats what its subgraphs ask.
  const nested = state && (subgraphs || asked.length > 0) ? await readNested(reader, state, { subgraphs: true }) : null;
  const known = nested ?? (state ? await readNested(reader, state, { subgraphs: false }) : null);
  const toInterrupt = (interrupt: TaskInterrupt): StateInterrupt => ({
    ...interrupt,
    namespace: nested
      ? [...outerPath(checkpointNs), `${name}:${id}`, ...pathWithin(nested, interrupt.interruptId)]
      : outerPath(checkpointNs),
  });
  return {
    task: {
      taskId: id,
      name,
      result: toWire(result),
      errorMessage: toErrorMessage(error),
      interrupts: asked.map(toInterrupt),
      checkpoint: known?.checkpoint ?? null,
      state: subgraphs ? nested : null,
    },
    pending: waiting.filter(({ taskId }) => taskId === id).map(toInterrupt),
  };
}

function readNested(
  reader: StateReader,
  state: RunnableConfig | StateSnapshot,
  options: { subgraphs: boolean },
): Promise<ThreadState | null> {
  const { configurable } = 'config' in state ? state.config : state;
  return readThreadState(reader, { checkpointId: null, checkpointNs: String(configurable?.['checkpoint_ns'] ?? '') }, options);
}

function outerPath(checkpointNs: string): string[] {
  return checkpointNs === '' ? [] : checkpointNs.split('|');
}

/** The nodes below a state that lead to an interrupt. */
function pathWithin({ tasks }: ThreadState, interruptId: string): string[] {
  const task = tasks.find(({ interrupts }) => interrupts.some((interrupt) => interrupt.interruptId === interruptId));
  return task?.state ? [`${task.name}:${task.taskId}`, ...pathWithin(task.state, interruptId)] : [];
}

function toErrorMessage(error: unknown): string | null {
  if (error === undefined || error === null) return null;
  if (typeof error === 'string') return error;
  const wire: Json = toWire(error);
  return isJsonObject(wire) && typeof wire['message'] === 'string' ? wire['message'] : JSON.stringify(wire);
}

function toCheckpoint({ configurable = {} }: RunnableConfig): Checkpoint {
  const map = toWire(configurable['checkpoint_map']);
  return {
    threadId: String(configurable['thread_id']),
    checkpointId: String(configurable['checkpoint_id']),
    checkpointNs: String(configurable['checkpoint_ns'] ?? ''),
    checkpointMap: isJsonObject(map) ? map : null,
  };
}
