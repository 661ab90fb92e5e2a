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
import { v5 as uuid5 } from 'uuid';
import { isUuid } from '../../src/domain/uuid.js';
import { makeCheckpointer } from '../../src/langgraph/checkpointer/checkpointer.js';
import type { Database } from '../../src/store/database/database.js';

/** The server's checkpointer for suites that know nothing of threads: makes the row of each thread they name, whatever the name looks like. */
export class ThreadlessCheckpointer extends BaseCheckpointSaver {
  readonly #inner: BaseCheckpointSaver;
  readonly #database: Database;
  readonly #names = new Map<string, string>();

  constructor(database: Database) {
    super();
    this.#inner = makeCheckpointer(database, { threadId: null, fence: null });
    this.#database = database;
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const tuple = await this.#inner.getTuple(this.#toIds(config));
    return tuple && this.#toNames(tuple);
  }

  override async *list(config: RunnableConfig, options?: CheckpointListOptions): AsyncGenerator<CheckpointTuple> {
    for await (const tuple of this.#inner.list(this.#toIds(config), options)) yield this.#toNames(tuple);
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const ids = this.#toIds(config);
    const id = ids.configurable?.['thread_id'] as string | undefined;
    if (id !== undefined) {
      await this.#database.prisma.thread.createMany({ data: { id, tenantId: 'default', metadata: {}, config: {} }, skipDuplicates: true });
    }
    return this.#toName(await this.#inner.put(ids, checkpoint, metadata, newVersions));
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    await this.#inner.putWrites(this.#toIds(config), writes, taskId);
  }

  override async deleteThread(name: string): Promise<void> {
    await this.#inner.deleteThread(this.#toId(name));
  }

  override async getDeltaChannelHistory(options: { config: RunnableConfig; channels: string[] }) {
    return this.#inner.getDeltaChannelHistory({ ...options, config: this.#toIds(options.config) });
  }

  override getNextVersion(current: number | undefined): number {
    return this.#inner.getNextVersion(current);
  }

  #toIds(config: RunnableConfig): RunnableConfig {
    const name = config.configurable?.['thread_id'] as string | undefined;
    return name === undefined ? config : { ...config, configurable: { ...config.configurable, thread_id: this.#toId(name) } };
  }

  #toId(name: string): string {
    const id = isUuid(name) ? name : uuid5(name, uuid5.URL);
    this.#names.set(id, name);
    return id;
  }

  #toNames(tuple: CheckpointTuple): CheckpointTuple {
    return {
      ...tuple,
      config: this.#toName(tuple.config),
      ...(tuple.parentConfig ? { parentConfig: this.#toName(tuple.parentConfig) } : {}),
    };
  }

  #toName(config: RunnableConfig): RunnableConfig {
    const id = config.configurable?.['thread_id'] as string;
    return { ...config, configurable: { ...config.configurable, thread_id: this.#names.get(id) ?? id } };
  }
}
