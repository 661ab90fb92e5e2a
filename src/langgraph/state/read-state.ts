import type { RunnableConfig } from '@langchain/core/runnables';
import type { StateSnapshot } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { GraphState, PendingInterrupt } from '../../ports/graphs.js';
import type { RunnableGraph } from '../call/runnable-graph.js';
import { toWire } from '../events/wire.js';
import { findPendingInterrupts } from './pending-interrupts.js';
import { takeSnapshot } from './take-snapshot.js';

/**
 * The thread's latest state as this graph reads it, values in wire form. One round trip, and one more for each subgraph while an interrupt
 * waits in one.
 */
export async function readState(graph: RunnableGraph, checkpointer: BaseCheckpointSaver, threadId: string): Promise<GraphState> {
  const config: RunnableConfig = { configurable: { thread_id: threadId, checkpoint_ns: '' } };
  const tuple = await checkpointer.getTuple(config);
  if (!tuple) return { checkpointId: null, values: {}, next: [], interrupts: [] };

  // LangGraph rebuilds the channels that are stored as deltas with the graph's own checkpointer only: this view has ours.
  const view = Object.create(graph, { checkpointer: { value: checkpointer } }) as RunnableGraph;
  const snapshot = await takeSnapshot({ view, checkpointer, tuple, isNewest: true });
  const waiting = findPendingInterrupts(tuple).filter(({ taskId }) => snapshot.tasks.some(({ id }) => id === taskId));
  const isNested = waiting.some(({ taskId }) => snapshot.tasks.some(({ id, state }) => id === taskId && state !== undefined));
  // The tasks are looked for in it, not the values: named, nothing is laid onto the checkpoint that the graph could refuse.
  const tree = isNested ? await view.getState(withCheckpointer(tuple.config, checkpointer), { subgraphs: true }) : snapshot;
  return {
    checkpointId: tuple.checkpoint.id,
    values: toWire(snapshot.values),
    next: snapshot.next,
    interrupts: waiting.map((interrupt): PendingInterrupt => ({
      ...interrupt,
      namespace: findNamespace(tree, interrupt.taskId, interrupt.interruptId),
    })),
  };
}

function withCheckpointer(config: RunnableConfig, checkpointer: BaseCheckpointSaver): RunnableConfig {
  return { configurable: { ...config.configurable, __pregel_checkpointer: checkpointer } };
}

/** The path of the deepest subgraph below the task that holds the interrupt: a parent repeats what its subgraphs ask. */
function findNamespace({ tasks }: StateSnapshot, taskId: string, interruptId: string): readonly string[] {
  const task = tasks.find(({ id }) => id === taskId);
  if (!task?.state || !('tasks' in task.state)) return [];
  const inner = task.state.tasks.find(({ interrupts }) => interrupts.some(({ id }) => id === interruptId));
  return [`${task.name}:${task.id}`, ...(inner ? findNamespace(task.state, inner.id, interruptId) : [])];
}
