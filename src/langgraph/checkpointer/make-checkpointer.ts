import type { RunnableConfig } from '@langchain/core/runnables';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { Fence } from '../../domain/run.js';
import type { Transaction } from '../../ports/graphs.js';

/** What one checkpointer serves: one call of one graph. */
export interface CheckpointerScope {
  readonly threadId: string;
  /** null: for reading, or for writes that no run makes. */
  readonly fence: Fence | null;
  /** Everything is read and written in it; without one, each call is by itself. */
  readonly transaction?: Transaction;
  /** Awaited with the config of each `put` before that checkpoint is written. */
  readonly beforePut?: (config: RunnableConfig) => Promise<void>;
}

/** Makes the saver that one call of a graph reads and writes through. */
export type MakeCheckpointer = (scope: CheckpointerScope) => BaseCheckpointSaver;
