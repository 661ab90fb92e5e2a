import type { RunnableConfig } from '@langchain/core/runnables';
import { type Checkpoint, type CheckpointMetadata, MemorySaver, type PendingWrite } from '@langchain/langgraph-checkpoint';
import type { CheckpointerScope, MakeCheckpointer } from '../../src/langgraph/checkpointer/make-checkpointer.js';

/** Checkpoints in memory for tests of graphs: kept over calls, with a record of what was written. */
export interface MemoryCheckpoints {
  readonly makeCheckpointer: MakeCheckpointer;
  /** `put` for each checkpoint, with its namespace and step, as soon as it is written. */
  readonly written: readonly { readonly namespace: string; readonly step: number; readonly checkpointId: string }[];
  /** From now on every write fails with `error`. */
  failWith(error: unknown): void;
}

export function makeMemoryCheckpoints({ onWrite = () => undefined }: { onWrite?: () => void } = {}): MemoryCheckpoints {
  const store = new MemorySaver();
  const written: { namespace: string; step: number; checkpointId: string }[] = [];
  let failure: { readonly error: unknown } | null = null;

  class ScopedSaver extends MemorySaver {
    override storage = store.storage;
    override writes = store.writes;

    constructor(private readonly scope: CheckpointerScope) {
      super();
    }

    override async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
      await this.scope.beforePut?.(config);
      if (failure) throw failure.error;
      const result = await super.put(config, checkpoint, metadata);
      written.push({ namespace: String(config.configurable?.['checkpoint_ns']), step: metadata.step, checkpointId: checkpoint.id });
      onWrite();
      return result;
    }

    /** In order of arrival: the memory saver keeps a special write in the place of the one it replaces. */
    override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
      if (failure) throw failure.error;
      const { thread_id: threadId, checkpoint_ns: namespace, checkpoint_id: checkpointId } = config.configurable ?? {};
      const kept = this.writes[JSON.stringify([threadId, namespace, checkpointId])] ?? {};
      for (const [channel] of writes) {
        for (const key of Object.keys(kept)) {
          const [writer, writtenChannel] = kept[key] ?? [];
          if (writer === taskId && writtenChannel === channel && /,-\d+$/.test(key)) delete kept[key];
        }
      }
      await super.putWrites(config, writes, taskId);
    }
  }

  return {
    makeCheckpointer: (scope) => new ScopedSaver(scope),
    written,
    failWith(error) {
      failure = { error };
    },
  };
}
