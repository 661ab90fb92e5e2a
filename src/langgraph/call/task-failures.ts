import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { PendingWrite } from '@langchain/langgraph-checkpoint';
import type { Durability } from '../../domain/stream-mode.js';

/**
 * Why tasks failed. LangGraph.js tells the end of a failed task like that of one which returned nothing, but writes the error to the
 * checkpointer before. Only with durability EXIT it does not write until the run ends; then a callback handler hears of it. (Not always: a
 * handler changes what LangGraph emits, such as the ids of messages.)
 */
export interface TaskFailures {
  /** Of the call; null: none is needed. */
  readonly handler: BaseCallbackHandler | null;
  /** To be called before a task's writes are written. */
  onWrites(taskId: string, writes: readonly PendingWrite[]): void;
  /** The message of the error that the task ended with; null: it has not failed. */
  find(taskId: string): string | null;
}

export function makeTaskFailures(durability: Durability): TaskFailures {
  const messages = new Map<string, string>();
  return {
    handler: durability === 'EXIT' ? new NodeErrors(messages) : null,
    onWrites(taskId, writes) {
      const failed = writes.find(([channel]) => channel === '__error__');
      if (failed) messages.set(taskId, messageOf(failed[1]));
    },
    find: (taskId) => messages.get(taskId) ?? null,
  };
}

type Metadata = Readonly<Record<string, unknown>>;

/** Notes the error that a node threw, and forgets it when the node succeeds at another try. */
class NodeErrors extends BaseCallbackHandler {
  override readonly name = 'NodeErrors';
  override readonly awaitHandlers = true;
  readonly #taskOfRun = new Map<string, string>();

  /** @param messages by task id */
  constructor(private readonly messages: Map<string, string>) {
    super();
  }

  override handleChainStart(
    _chain: unknown,
    _inputs: unknown,
    runId: string,
    _parentRunId?: string,
    _tags?: string[],
    metadata?: Metadata,
    _runType?: string,
    name?: string,
  ): void {
    const taskId = metadata && name === metadata['langgraph_node'] ? taskIdOf(metadata) : null;
    if (taskId !== null) this.#taskOfRun.set(runId, taskId);
  }

  override handleChainEnd(_outputs: unknown, runId: string): void {
    const taskId = this.#endOf(runId);
    if (taskId !== null) this.messages.delete(taskId);
  }

  override handleChainError(error: unknown, runId: string): void {
    const taskId = this.#endOf(runId);
    // An interrupt, or a command to the graph around, travels as an error and is none.
    if (taskId !== null && !isBubbleUp(error)) this.messages.set(taskId, messageOf(error));
  }

  #endOf(runId: string): string | null {
    const taskId = this.#taskOfRun.get(runId) ?? null;
    this.#taskOfRun.delete(runId);
    return taskId;
  }
}

/** The last part of `outer:task id|inner:task id`. */
function taskIdOf({ langgraph_checkpoint_ns: path }: Metadata): string | null {
  return typeof path === 'string' ? path.slice(path.lastIndexOf(':') + 1) : null;
}

function isBubbleUp(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'is_bubble_up' in error && error.is_bubble_up === true;
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
