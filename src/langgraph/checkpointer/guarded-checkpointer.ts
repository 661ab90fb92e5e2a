import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint';

/** What the guard tells. */
export interface CheckpointerGuard {
  /** Each config that a loop reads its first checkpoint with; the root graph's comes first. */
  onRead(config: RunnableConfig): void;
  /** What a task wrote, before it is written. */
  onWrites(taskId: string, writes: readonly PendingWrite[]): void;
  /** Awaited before a write is done. */
  afterWrite(): Promise<void>;
  /** The first write that failed. */
  onFailure(error: unknown): void;
}

/**
 * A checkpointer whose writes never reject. LangGraph starts writes beside the next step and looks at them only when the graph ends: until
 * then a rejected one is an unhandled rejection, which ends the process. Here the failure is told instead, and the graph can be stopped.
 */
export class GuardedCheckpointer extends BaseCheckpointSaver {
  #stopped = false;

  constructor(
    private readonly inner: BaseCheckpointSaver,
    private readonly guard: CheckpointerGuard,
  ) {
    super(inner.serde);
  }

  /** No write is tried from now on; after a failed one neither. A node that outlives its run goes on writing. */
  stop(): void {
    this.#stopped = true;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    this.guard.onRead(config);
    return this.inner.getTuple(config);
  }

  override list(config: RunnableConfig, options?: CheckpointListOptions): AsyncGenerator<CheckpointTuple> {
    return this.inner.list(config, options);
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const written = await this.#attempt(() => this.inner.put(config, checkpoint, metadata, newVersions));
    return written ?? { configurable: { ...config.configurable, checkpoint_id: checkpoint.id } };
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    this.guard.onWrites(taskId, writes);
    await this.#attempt(() => this.inner.putWrites(config, writes, taskId));
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.inner.deleteThread(threadId);
  }

  override getNextVersion(current: number | undefined): number {
    return this.inner.getNextVersion(current);
  }

  override getDeltaChannelHistory(
    options: Parameters<BaseCheckpointSaver['getDeltaChannelHistory']>[0],
  ): ReturnType<BaseCheckpointSaver['getDeltaChannelHistory']> {
    return this.inner.getDeltaChannelHistory(options);
  }

  async #attempt<Result>(write: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#stopped) return undefined;
    try {
      const result = await write();
      await this.guard.afterWrite();
      return result;
    } catch (error) {
      if (!this.#stopped) {
        this.#stopped = true;
        this.guard.onFailure(error);
      }
      return undefined;
    }
  }
}
