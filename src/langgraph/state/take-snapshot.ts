import type { StateSnapshot } from '@langchain/langgraph';
import type { BaseCheckpointSaver, CheckpointTuple } from '@langchain/langgraph-checkpoint';
import { StorageFailure } from '../../domain/errors.js';
import { NULL_TASK } from '../../domain/resume.js';
import type { RunnableGraph } from '../call/runnable-graph.js';

/** A checkpoint as a graph reads it. */
export interface SnapshotRequest {
  /** The graph of the checkpoint's namespace, which reads through `checkpointer` (subgraphs.ts). */
  readonly view: RunnableGraph;
  readonly checkpointer: Pick<BaseCheckpointSaver, 'getTuple'>;
  /** LangGraph lays onto it what was written on it: it is of no use afterwards. */
  readonly tuple: CheckpointTuple;
  /** LangGraph counts what unfinished steps wrote towards the newest state, and leaves it out of one that was named. */
  readonly isNewest: boolean;
}

/**
 * What LangGraph says of a checkpoint, without its subgraphs. What was written on one can be what the graph refuses (two tasks set a value
 * that takes one a step, an update of a command is none of the graph's): LangGraph, which lays it onto the checkpoint, would tell of this
 * one nothing any more. The run that failed of it says so; here it is left out, first what tasks wrote, then what commands did. Up to two
 * more round trips then.
 */
export async function takeSnapshot({ view, checkpointer, tuple, isNewest }: SnapshotRequest): Promise<StateSnapshot> {
  // LangGraph changes the tuple's own objects.
  const hasWrites = (tuple.pendingWrites ?? []).length > 0;
  const readAgain = async () => (await checkpointer.getTuple(tuple.config)) ?? tuple;
  const attempts = [
    () => getState(view, tuple, isNewest),
    ...(isNewest && hasWrites ? [async () => getState(view, await readAgain(), false)] : []),
    ...(hasWrites ? [async () => getState(view, withoutCommands(await readAgain()), false)] : []),
  ];
  let refusal: { readonly error: unknown } | null = null;
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof StorageFailure) throw error;
      refusal ??= { error };
    }
  }
  throw refusal?.error;
}

function getState(view: RunnableGraph, tuple: CheckpointTuple, isNewest: boolean): Promise<StateSnapshot> {
  const { thread_id, checkpoint_ns, checkpoint_id } = tuple.config.configurable as Readonly<Record<string, string>>;
  return view.getState({
    configurable: {
      thread_id,
      checkpoint_ns,
      ...(!isNewest && { checkpoint_id }),
      __pregel_checkpointer: { getTuple: () => Promise.resolve(tuple) },
    },
  });
}

function withoutCommands(tuple: CheckpointTuple): CheckpointTuple {
  const { pendingWrites = [] } = tuple;
  return { ...tuple, pendingWrites: pendingWrites.filter(([taskId, channel]) => taskId !== NULL_TASK || channel === '__resume__') };
}
