import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions as VersionsByChannel,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type DeltaChannelHistory,
  getCheckpointId,
  type PendingWrite,
  WRITES_IDX_MAP,
} from '@langchain/langgraph-checkpoint';
import { type ChannelValue, joinChannelBlobs, nextChannelBlob } from '../../domain/channel-blob.js';
import { isUuid } from '../../domain/uuid.js';
import { deleteCheckpointsOfThread } from '../../store/checkpoints/delete-checkpoints-of-thread.js';
import { type CheckpointPlace, putCheckpoint } from '../../store/checkpoints/put-checkpoint.js';
import { putCheckpointWrites } from '../../store/checkpoints/put-checkpoint-writes.js';
import { readChannelHistory } from '../../store/checkpoints/read-channel-history.js';
import { type CheckpointQuery, readCheckpoints } from '../../store/checkpoints/read-checkpoints.js';
import type { Database, Db } from '../../store/database/database.js';
import { toJsonb } from '../../store/database/json.js';
import { orStorageFailure } from '../../store/database/or-storage-failure.js';
import { dumpValue } from '../events/dumped-value.js';
import { makeChannelVersions } from './channel-versions.js';
import type { CheckpointerScope } from './make-checkpointer.js';
import { makeRecentValues } from './recent-values.js';
import { dumpMetadata, loadTuple, movePendingSends, toConfig } from './tuple.js';

/** As every maker of checkpointers gets it; a `threadId` of null allows any thread. */
type Scope = Omit<CheckpointerScope, 'threadId'> & { readonly threadId: string | null };

/**
 * LangGraph's memory in our tables, made anew for each call of a graph. One round trip each: `getTuple`, `put` and `putWrites` (and
 * `getDeltaChannelHistory`), `list` one for every 20 checkpoints. A write whose fence has fallen throws LeaseLost and changes nothing.
 */
export function makeCheckpointer(database: Database, scope: Scope): BaseCheckpointSaver {
  // LangGraph takes numbers and texts for versions, but its types name numbers only.
  return new PrismaCheckpointer(database, scope) as BaseCheckpointSaver<number | string> as BaseCheckpointSaver;
}

/** The state of the one thread that a call works on fits; what does not is stored whole instead of as a continuation. */
const RECENT_MAX_BYTES = 64 * 1024 * 1024;
const LIST_PAGE_SIZE = 20;

class PrismaCheckpointer extends BaseCheckpointSaver<number | string> {
  readonly #db: Db;
  readonly #scope: Scope;
  readonly #versions = makeChannelVersions();
  readonly #recent = makeRecentValues(RECENT_MAX_BYTES);
  #earlierWrites: Promise<unknown> = Promise.resolve();

  constructor(database: Database, scope: Scope) {
    super();
    // A port cannot name the store's type: what comes in is what the services got from the store.
    this.#db = (scope.transaction as Db | undefined) ?? database.prisma;
    this.#scope = scope;
    // LangGraph binds this one method to the graph's own checkpointer, which is another one or none.
    this.getNextVersion = (current) => this.#versions.next(current);
  }

  /** The checkpoint that the config names, or the newest of its namespace. */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const threadId = this.#threadIdOf(config);
    const checkpointId = getCheckpointId(config);
    if (threadId === undefined || (checkpointId && !isUuid(checkpointId))) return undefined;
    const [tuple] = await this.#read(
      {
        threadId,
        checkpointNs: namespaceOf(config),
        checkpointId: checkpointId || undefined,
        limit: 1,
      },
      { remember: true },
    );
    return tuple;
  }

  /** Newest first; without a thread in the config those of every thread that the scope allows. */
  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const beforeId = options.before && getCheckpointId(options.before);
    const filter = options.filter && Object.keys(options.filter).length > 0 ? await dumpMetadata(this.serde, options.filter) : undefined;
    const query = {
      threadId: this.#threadIdOf(config) ?? this.#scope.threadId ?? undefined,
      checkpointNs: config.configurable?.['checkpoint_ns'] as string | undefined,
      checkpointId: getCheckpointId(config) || undefined,
      beforeId: beforeId || undefined,
      metadata: filter,
    };
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for (let after: CheckpointQuery['after']; left > 0;) {
      const limit = Math.min(left, LIST_PAGE_SIZE);
      const tuples = await this.#read({ ...query, after, limit }, { remember: false });
      yield* tuples;
      const last = tuples.at(-1);
      if (!last || tuples.length < limit) return;
      left -= tuples.length;
      after = { ...placeOf(last.config), checkpointId: last.checkpoint.id };
    }
  }

  /** Writes the checkpoint and, of its values, those whose version is in `newVersions`. */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: VersionsByChannel,
  ): Promise<RunnableConfig> {
    const threadId = this.#requireThreadId(config, 'put a checkpoint');
    const place = { threadId, checkpointNs: namespaceOf(config) };
    this.#versions.endStep();
    const { channel_values: values, channel_versions: versions, ...rest } = checkpoint;
    const changed = Object.entries(newVersions).filter(([channel]) => Object.hasOwn(values, channel));
    // Serialised before anything is waited for: the next step may change the very objects.
    const [body, metadataText, ...changedValues] = await Promise.all([
      this.#dump(rest),
      dumpMetadata(this.serde, metadata),
      ...changed.map(([channel]) => this.#dump(values[channel])),
    ]);
    await this.#scope.beforePut?.(config);

    const laid = changed.map(([channel, version], index) => ({
      channel,
      ...nextChannelBlob(String(version), changedValues[index]!, this.#recent.find(place, channel)),
    }));
    const putting = putCheckpoint(this.#db, this.#scope.fence, {
      ...place,
      checkpointId: checkpoint.id,
      parentCheckpointId: getCheckpointId(config) || null,
      ...body,
      channelVersions: toJsonb(versions),
      metadata: metadataText,
      blobs: laid.map(({ channel, blob }) => ({ channel, ...blob })),
    });
    const { newBlobs } = await orStorageFailure(putting);
    for (const { channel, stored } of laid) {
      // A version that was there already may hold another value: nothing may be built on what was not written.
      if (newBlobs === laid.length) this.#recent.keep(place, channel, stored);
      else this.#recent.forget(place, channel);
    }
    return toConfig({ ...place, checkpointId: checkpoint.id });
  }

  /** Keeps what a task wrote on top of the checkpoint that the config names; calls arrive in the order in which they were made. */
  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const threadId = this.#requireThreadId(config, 'put writes');
    const checkpointId = getCheckpointId(config);
    if (!checkpointId) throw new Error('Cannot put writes: the config has no `checkpoint_id` in `configurable`.');
    const dumping = Promise.all(
      writes.map(async ([channel, value], index) => ({ channel, idx: WRITES_IDX_MAP[channel] ?? index, ...(await this.#dump(value)) })),
    );
    // LangGraph does not wait between an answer and the next question: on several connections they could arrive the other way round.
    const written = Promise.all([dumping, this.#earlierWrites]).then(([dumped]) =>
      orStorageFailure(
        putCheckpointWrites(this.#db, this.#scope.fence, {
          threadId,
          checkpointNs: namespaceOf(config),
          checkpointId,
          taskId,
          writes: [...new Map(dumped.map((write) => [write.idx, write])).values()],
        }),
      ),
    );
    this.#earlierWrites = written.catch(() => undefined);
    await written;
  }

  /** Removes the thread's checkpoints, blobs and writes of all namespaces. */
  override async deleteThread(threadId: string): Promise<void> {
    this.#requireInScope(threadId);
    await orStorageFailure(deleteCheckpointsOfThread(this.#db, threadId));
  }

  override async getDeltaChannelHistory({
    config,
    channels,
  }: {
    config: RunnableConfig;
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>> {
    const threadId = this.#threadIdOf(config);
    const checkpointId = getCheckpointId(config) || (await this.getTuple(config))?.checkpoint.id;
    if (channels.length === 0 || threadId === undefined || checkpointId === undefined) {
      return Object.fromEntries(channels.map((channel) => [channel, { writes: [] }]));
    }
    const key = { threadId, checkpointNs: namespaceOf(config), checkpointId };
    const histories = await orStorageFailure(readChannelHistory(this.#db, key, channels));
    const entries = channels.map(async (channel, index): Promise<[string, DeltaChannelHistory]> => {
      const { writes, seed } = histories[index]!;
      const values = await Promise.all(writes.map((write) => this.serde.loadsTyped(write.type, write.bytes) as Promise<unknown>));
      const history: DeltaChannelHistory = { writes: writes.map((write, at) => [write.taskId, channel, values[at]]) };
      if (!seed) return [channel, history];
      const blobs = new Map(seed.blobs.map((blob) => [blob.version, blob]));
      const { type, bytes } = joinChannelBlobs(seed.version, (version) => blobs.get(version));
      return [channel, { ...history, seed: (await this.serde.loadsTyped(type, bytes)) as unknown }];
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  async #read(query: CheckpointQuery, { remember }: { remember: boolean }): Promise<CheckpointTuple[]> {
    const { checkpoints, findBlob } = await orStorageFailure(readCheckpoints(this.#db, query));
    const loaded = await Promise.all(checkpoints.map((row) => loadTuple(this.serde, row, findBlob)));
    for (const { tuple, values } of loaded) {
      if (tuple.checkpoint.v < 4 && tuple.parentConfig) await this.#movePendingSends(tuple, tuple.parentConfig);
      if (remember) for (const [channel, value] of values) this.#recent.keep(placeOf(tuple.config), channel, value);
    }
    return loaded.map(({ tuple }) => tuple);
  }

  async #movePendingSends({ checkpoint }: CheckpointTuple, parentConfig: RunnableConfig): Promise<void> {
    const parent = await this.getTuple(parentConfig);
    if (parent) movePendingSends(checkpoint, parent, this.getNextVersion(undefined));
  }

  async #dump(value: unknown): Promise<ChannelValue> {
    const { type, bytes } = await dumpValue(this.serde, value);
    return { type, bytes };
  }

  #threadIdOf(config: RunnableConfig): string | undefined {
    const threadId = config.configurable?.['thread_id'] as string | undefined;
    if (threadId !== undefined) this.#requireInScope(threadId);
    return threadId;
  }

  #requireThreadId(config: RunnableConfig, action: string): string {
    const threadId = this.#threadIdOf(config);
    if (threadId === undefined) throw new Error(`Cannot ${action}: the config has no \`thread_id\` in \`configurable\`.`);
    return threadId;
  }

  /** A graph can name any thread in a config of its own making: it must not reach another one's memory through it. */
  #requireInScope(threadId: string): void {
    if (this.#scope.threadId !== null && threadId !== this.#scope.threadId) {
      throw new Error(`This call of a graph works on thread ${this.#scope.threadId} and cannot touch thread ${threadId}.`);
    }
  }
}

function placeOf(config: RunnableConfig): CheckpointPlace {
  return { threadId: config.configurable?.['thread_id'] as string, checkpointNs: namespaceOf(config) };
}

function namespaceOf(config: RunnableConfig): string {
  return (config.configurable?.['checkpoint_ns'] as string | undefined) ?? '';
}
