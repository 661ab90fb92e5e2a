import { type Checkpoint, emptyCheckpoint, ERROR, INTERRUPT, RESUME, uuid6 } from '@langchain/langgraph-checkpoint';
import { v7 as uuid7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCheckpointer } from '../../src/langgraph/checkpointer/checkpointer.js';
import { findPendingInterrupts } from '../../src/langgraph/state/pending-interrupts.js';
import { copyCheckpointBlobs } from '../../src/store/checkpoints/copy-checkpoint-blobs.js';
import { copyCheckpointWrites } from '../../src/store/checkpoints/copy-checkpoint-writes.js';
import { copyCheckpoints } from '../../src/store/checkpoints/copy-checkpoints.js';
import { type Database, transact } from '../../src/store/database/database.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { lockThreadsWhole } from '../../src/store/threads/lock-threads-whole.js';
import { lockThread } from '../../src/store/threads/threads.js';
import { openTestDatabase } from '../support/database.js';
import { countOrphans, NO_ORPHANS } from '../support/orphans.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';

const METADATA = { source: 'loop', step: 0, parents: {} } as const;

let database: Database;
let threadId: string;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  threadId = await insertThread(database);
});

const rootOf = (id: string) => ({ configurable: { thread_id: id, checkpoint_ns: '' } });
const openAsRun = async () => makeCheckpointer(database, { threadId, fence: await insertRunningRun(database, threadId) });
const read = (id: string) => makeCheckpointer(database, { threadId: id, fence: null }).getTuple(rootOf(id));

async function copy(): Promise<string> {
  const copyId = uuid7();
  await transact(database, async (db) => {
    await lockThreadsWhole(db, DEFAULT_TENANT, [threadId]);
    await db.thread.create({ data: { id: copyId, tenantId: 'default', metadata: {}, config: {} } });
    const ids = { sourceId: threadId, copyId };
    await copyCheckpoints(db, ids);
    await copyCheckpointBlobs(db, ids);
    await copyCheckpointWrites(db, ids);
  });
  return copyId;
}

describe('the copied writes', () => {
  it('of several runs on one checkpoint are those that count, in their order of arrival', async () => {
    const config = await (await openAsRun()).put(rootOf(threadId), emptyCheckpoint(), METADATA, {});
    const first = await openAsRun();
    await first.putWrites(config, [[INTERRUPT, { id: 'q', value: 'one?' }]], 'asks');
    await first.putWrites(config, [[ERROR, { message: 'first' }]], 'fails');
    const second = await openAsRun();
    await second.putWrites(config, [[RESUME, 'an answer']], '00000000-0000-0000-0000-000000000000');
    await second.putWrites(config, [[ERROR, { message: 'second' }]], 'fails');
    const third = await openAsRun();
    await third.putWrites(config, [[INTERRUPT, { id: 'q', value: 'two?' }]], 'asks');

    const [source, copied] = [(await read(threadId))!, (await read(await copy()))!];
    expect(copied.pendingWrites).toEqual(source.pendingWrites);
    expect(copied.pendingWrites!.map(([, channel]) => channel)).toEqual([RESUME, ERROR, INTERRUPT]);
    expect(findPendingInterrupts(copied)).toEqual([{ taskId: 'asks', interruptId: 'q', value: 'two?' }]);
  });

  it('give way to what a run writes to the copy later', async () => {
    const config = await (await openAsRun()).put(rootOf(threadId), emptyCheckpoint(), METADATA, {});
    await (await openAsRun()).putWrites(config, [['word', 'old']], 'task');
    const copyId = await copy();
    const saver = makeCheckpointer(database, { threadId: copyId, fence: await insertRunningRun(database, copyId) });
    await saver.putWrites({ configurable: { ...config.configurable, thread_id: copyId } }, [['word', 'new']], 'task');
    expect((await read(copyId))?.pendingWrites).toEqual([['task', 'word', 'new']]);
    expect((await read(threadId))?.pendingWrites).toEqual([['task', 'word', 'old']]);
  });
});

describe('copies made while a run writes', () => {
  it('are each whole: what a checkpoint is built of is there, and nothing that is built of nothing', async () => {
    const saver = await openAsRun();
    const write = async (): Promise<void> => {
      const list: string[] = [];
      let config: ReturnType<typeof rootOf> = rootOf(threadId);
      for (let version = 1; version <= 30; version += 1) {
        list.push(`turn ${version} ${'x'.repeat(200)}`);
        const checkpoint: Checkpoint = {
          ...emptyCheckpoint(),
          id: uuid6(version),
          channel_values: { list },
          channel_versions: { list: version },
        };
        config = (await saver.put(config, checkpoint, METADATA, { list: version })) as typeof config;
        await saver.putWrites(config, [['list', version]], 'task');
      }
    };
    const copyAll = async (): Promise<string[]> => {
      const copies: string[] = [];
      for (let count = 0; count < 10; count += 1) copies.push(await copy());
      return copies;
    };
    const [copies] = await Promise.all([copyAll(), write()]);
    for (const copyId of copies) {
      const tuple = await read(copyId);
      const version = tuple?.checkpoint.channel_versions['list'] ?? 0;
      expect((tuple?.checkpoint.channel_values['list'] as string[] | undefined)?.length ?? 0).toBe(version);
    }
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });
});

describe('lockThreadsWhole', () => {
  it('finds only the threads of the tenant, in the order of their ids', async () => {
    const ids = [await insertThread(database), await insertThread(database)].sort();
    const found = (tenantId: string): Promise<string[]> =>
      transact(database, async (db) => (await lockThreadsWhole(db, { tenantId }, [...ids].reverse())).map(({ id }) => id));
    expect(await found('default')).toEqual(ids);
    expect(await found('other')).toEqual([]);
  });

  it.runIf(process.env['SKEIN_TEST_DATABASE_URL'] !== undefined)(
    'keeps checkpoints out until the transaction ends, which lockThread does not (on a server only: the embedded database has one connection)',
    async () => {
      // What every checkpoint of a run is written under.
      const share = () => database.prisma.$queryRaw`SELECT 1 FROM "Thread" WHERE "id" = ${threadId}::uuid FOR KEY SHARE NOWAIT`;
      await transact(database, async (db) => {
        await lockThread(db, DEFAULT_TENANT, threadId);
        await share();
      });
      await transact(database, async (db) => {
        await lockThreadsWhole(db, DEFAULT_TENANT, [threadId]);
        await expect(share()).rejects.toThrow('could not obtain lock');
      });
    },
  );
});
