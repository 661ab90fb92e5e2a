import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  getCheckpointId,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint';
import { DumpedValue, dumpValue, loadValue } from '../events/dumped-value.js';
import { makeRecordedValues } from './recorded-values.js';
import { toConfig } from './tuple.js';
import { versionChanges } from './unversioned-changes.js';

type Write = (checkpointer: BaseCheckpointSaver) => Promise<unknown>;

/** A checkpoint that was put here. */
interface Recorded {
  readonly config: RunnableConfig;
  readonly parentConfig: RunnableConfig | null;
  /** The checkpoint without its channels' values, and which channels have one. */
  readonly rest: DumpedValue;
  readonly channels: readonly string[];
  readonly metadata: CheckpointMetadata;
  readonly writes: { readonly taskId: string; readonly channel: string; readonly value: DumpedValue }[];
}

/**
 * Reads through `inner` and keeps what is written, to be written later or never. Who reads a checkpoint that was put here gets it; the newest
 * of a namespace stays what it is in `inner`.
 */
export class RecordingCheckpointer extends BaseCheckpointSaver {
  readonly #writes: Write[] = [];
  readonly #recorded = new Map<string, Recorded>();
  readonly #values = makeRecordedValues();
  /** Checkpoints of `inner` on which tasks have written. */
  readonly #written = new Set<string>();
  #readFailure: { readonly error: unknown } | null = null;

  constructor(private readonly inner: BaseCheckpointSaver) {
    super(inner.serde);
    this.getNextVersion = (current) => inner.getNextVersion(current);
  }

  /** What went wrong while reading from `inner`: no fault of the graph, which may have caught or wrapped it. */
  get readFailure(): { readonly error: unknown } | null {
    return this.#readFailure;
  }

  /** Writes through `checkpointer` what was written here, in the same order. */
  async replay(checkpointer: BaseCheckpointSaver): Promise<void> {
    for (const write of this.#writes) await write(checkpointer);
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const recorded = this.#recorded.get(getCheckpointId(config));
    if (!recorded) {
      const tuple = await this.#read(() => this.inner.getTuple(config));
      if (tuple?.pendingWrites?.length) this.#written.add(tuple.checkpoint.id);
      return tuple;
    }
    const values = this.#valuesOf(recorded).map(async ([channel, value]) => [channel, await loadValue(this.serde, value)] as const);
    const pending = recorded.writes.map(async ({ taskId, channel, value }): Promise<[string, string, unknown]> => [
      taskId,
      channel,
      await loadValue(this.serde, value),
    ]);
    return {
      config: recorded.config,
      checkpoint: await this.#assemble(recorded, await Promise.all(values)),
      metadata: { ...recorded.metadata },
      pendingWrites: await Promise.all(pending),
      ...(recorded.parentConfig && { parentConfig: recorded.parentConfig }),
    };
  }

  override list(config: RunnableConfig, options?: CheckpointListOptions): AsyncGenerator<CheckpointTuple> {
    return this.inner.list(config, options);
  }

  override getDeltaChannelHistory(
    options: Parameters<BaseCheckpointSaver['getDeltaChannelHistory']>[0],
  ): ReturnType<BaseCheckpointSaver['getDeltaChannelHistory']> {
    // What `inner` does not know is walked through `getTuple`.
    if (this.#recorded.has(getCheckpointId(options.config))) return super.getDeltaChannelHistory(options);
    return this.#read(() => this.inner.getDeltaChannelHistory(options));
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    givenVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { thread_id: threadId, checkpoint_ns: checkpointNs = '' } = config.configurable as { thread_id: string; checkpoint_ns?: string };
    const { channel_values: values, ...given } = checkpoint;
    const parentId = getCheckpointId(config);
    const after = await this.#dumpAll(values);
    const before = this.#written.has(parentId) ? (await this.inner.getTuple(config))?.checkpoint.channel_values : undefined;
    const { body: rest, newVersions } = before
      ? versionChanges(given, givenVersions, { before: await this.#dumpAll(before), after })
      : { body: given, newVersions: givenVersions };
    const continuesOther = parentId !== '' && !this.#recorded.has(parentId);
    const recorded: Recorded = {
      config: toConfig({ threadId, checkpointNs, checkpointId: checkpoint.id }),
      parentConfig: parentId ? toConfig({ threadId, checkpointNs, checkpointId: parentId }) : null,
      rest: await dumpValue(this.serde, rest),
      channels: [...after.keys()],
      metadata: { ...metadata },
      writes: [],
    };
    for (const [channel, value] of after) this.#values.keep(channel, checkpoint.id, value);
    this.#recorded.set(checkpoint.id, recorded);
    this.#writes.push(async (checkpointer) => {
      // A saver that has read or written the parent can store a list that grew as what was added.
      if (continuesOther) await checkpointer.getTuple(config);
      await checkpointer.put(config, await this.#assemble(recorded, this.#valuesOf(recorded)), recorded.metadata, newVersions);
    });
    return recorded.config;
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const dumping = writes.map(async ([channel, value]) => ({ taskId, channel, value: await dumpValue(this.serde, value) }));
    const dumped = await Promise.all(dumping);
    this.#recorded.get(getCheckpointId(config))?.writes.push(...dumped);
    const kept = dumped.map(({ channel, value }): PendingWrite => [channel, value]);
    this.#writes.push((checkpointer) => checkpointer.putWrites(config, kept, taskId));
  }

  override deleteThread(threadId: string): Promise<void> {
    throw new Error(`A state update does not delete thread ${threadId}.`);
  }

  async #dumpAll(values: Readonly<Record<string, unknown>>): Promise<Map<string, DumpedValue>> {
    const dumping = Object.entries(values).map(async ([channel, value]) => [channel, await dumpValue(this.serde, value)] as const);
    return new Map(await Promise.all(dumping));
  }

  #valuesOf({ config, channels }: Recorded): (readonly [string, DumpedValue])[] {
    return channels.map((channel) => {
      const { type, bytes } = this.#values.get(channel, getCheckpointId(config));
      return [channel, new DumpedValue(type, bytes)];
    });
  }

  async #assemble({ rest }: Recorded, values: readonly (readonly [string, unknown])[]): Promise<Checkpoint> {
    const loaded = await loadValue<Omit<Checkpoint, 'channel_values'>>(this.serde, rest);
    return { ...loaded, channel_values: Object.fromEntries(values) };
  }

  async #read<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      this.#readFailure ??= { error };
      throw error;
    }
  }
}
