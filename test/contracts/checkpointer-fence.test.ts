import { emptyCheckpoint, uuid6 } from '@langchain/langgraph-checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../src/domain/errors.js';
import type { Fence } from '../../src/domain/run.js';
import { makeCheckpointer } from '../../src/langgraph/checkpointer/checkpointer.js';
import { deleteCheckpointWritesOfRun } from '../../src/store/checkpoints/delete-checkpoint-writes-of-run.js';
import { findNewestCheckpointOfRun } from '../../src/store/checkpoints/find-newest-checkpoint-of-run.js';
import { type Database, type Db, transact } from '../../src/store/database/database.js';
import { openTestDatabase } from '../support/database.js';
import { oneWaits } from '../support/one-waits.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';

const METADATA = { source: 'loop', step: 0, parents: {} } as const;

describe('the fence of checkpoint writes', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(async () => {
    await database.close();
  });

  const startRun = async () => {
    const threadId = await insertThread(database);
    const fence = await insertRunningRun(database, threadId);
    const saver = makeCheckpointer(database, { threadId, fence });
    const config = { configurable: { thread_id: threadId, checkpoint_ns: '' } };
    const put = async (checkpoint_ns = '') => {
      const checkpoint = {
        ...emptyCheckpoint(),
        channel_values: { word: 'x' },
        channel_versions: { word: saver.getNextVersion(undefined) },
      };
      return saver.put({ configurable: { ...config.configurable, checkpoint_ns } }, checkpoint, METADATA, checkpoint.channel_versions);
    };
    const putWrites = async () =>
      saver.putWrites({ configurable: { ...config.configurable, checkpoint_id: uuid6(0) } }, [['word', 'y']], 'task');
    return { threadId, fence, saver, config, put, putWrites };
  };

  const countRows = async (threadId: string) =>
    Promise.all([
      database.prisma.checkpoint.count({ where: { threadId } }),
      database.prisma.checkpointBlob.count({ where: { threadId } }),
      database.prisma.checkpointWrite.count({ where: { threadId } }),
    ]);

  it('marks each row with the run that wrote it', async () => {
    const { threadId, fence, put, putWrites } = await startRun();
    await put();
    await putWrites();
    const { runId } = fence;
    expect(await database.prisma.checkpoint.count({ where: { threadId, runId } })).toBe(1);
    expect(await database.prisma.checkpointBlob.count({ where: { threadId, runId } })).toBe(1);
    expect(await database.prisma.checkpointWrite.count({ where: { threadId, runId } })).toBe(1);
  });

  it.each<[string, (db: Db, fence: Fence, threadId: string) => Promise<unknown>]>([
    ['was taken over', (db, { runId }) => takeOver(db, runId)],
    ['has ended', (db, { runId }) => db.run.update({ where: { id: runId }, data: { status: 'SUCCESS' } })],
    ['was handed back', (db, { runId }) => db.run.update({ where: { id: runId }, data: { status: 'PENDING' } })],
    ['went with its thread', (db, _, threadId) => db.thread.delete({ where: { id: threadId } })],
  ])('lets nothing be written for a run that %s', async (_, lose) => {
    const { threadId, fence, put, putWrites } = await startRun();
    await lose(database.prisma, fence, threadId);
    await expect(put()).rejects.toThrow(LeaseLost);
    await expect(putWrites()).rejects.toThrow(LeaseLost);
    await expect(deleteCheckpointWritesOfRun(database.prisma, fence)).rejects.toThrow(LeaseLost);
    expect(await countRows(threadId)).toEqual([0, 0, 0]);
  });

  it('does not hold for the run of another thread', async () => {
    const { fence } = await startRun();
    const other = await insertThread(database);
    const saver = makeCheckpointer(database, { threadId: other, fence });
    const config = { configurable: { thread_id: other, checkpoint_ns: '' } };
    await expect(saver.put(config, emptyCheckpoint(), METADATA, {})).rejects.toThrow(LeaseLost);
    expect(await countRows(other)).toEqual([0, 0, 0]);
  });

  it('lets a run overwrite its own checkpoint, never another run’s, and makes none its own parent', async () => {
    const { threadId, fence, saver, put } = await startRun();
    const root = await put();
    const child = { ...emptyCheckpoint(), channel_values: {} };
    await saver.put(root, child, METADATA, {});
    const itself = { configurable: { ...root.configurable, checkpoint_id: child.id } };
    const stepOf = async () => {
      const tuple = await saver.getTuple(itself);
      return [tuple?.metadata?.step, tuple?.parentConfig?.configurable?.['checkpoint_id'] as unknown];
    };
    await saver.put(itself, child, { ...METADATA, step: 7 }, {});
    expect(await stepOf()).toEqual([7, root.configurable?.['checkpoint_id']]);

    const later = makeCheckpointer(database, { threadId, fence: await insertRunningRun(database, threadId) });
    await later.put(itself, child, { ...METADATA, step: 8 }, {});
    expect(await stepOf()).toEqual([7, root.configurable?.['checkpoint_id']]);
    expect(await database.prisma.checkpoint.count({ where: { threadId, runId: fence.runId } })).toBe(2);
  });

  it('names the newest root checkpoint that a run has taken, and none where it has taken only those of subgraphs', async () => {
    const { fence, put } = await startRun();
    await put('child');
    expect(await findNewestCheckpointOfRun(database.prisma, fence.runId)).toBeNull();
    await put();
    const newest = await put();
    const checkpointId: unknown = newest.configurable?.['checkpoint_id'];
    expect(await findNewestCheckpointOfRun(database.prisma, fence.runId)).toEqual({ checkpointId, parentCheckpointId: null });
  });

  it('removes what a run without a root checkpoint left behind, and nothing of other runs', async () => {
    const { threadId, fence: first, put, putWrites } = await startRun();
    await put();
    await put('child');
    await putWrites();
    const before = await countRows(threadId);
    const second = await insertRunningRun(database, threadId);
    const saver = makeCheckpointer(database, { threadId, fence: second });
    const child = { configurable: { thread_id: threadId, checkpoint_ns: 'child' } };
    const version = saver.getNextVersion(undefined);
    const config = await saver.put(child, { ...emptyCheckpoint(), channel_values: { word: 'z' } }, METADATA, { word: version });
    await saver.putWrites(config, [['word', 'z']], 'task');
    await deleteCheckpointWritesOfRun(database.prisma, second);
    expect(await countRows(threadId)).toEqual(before);
    expect(await database.prisma.checkpoint.count({ where: { runId: first.runId } })).toBe(2);
  });

  // The embedded database has one connection, so no two transactions ever meet there.
  describe.skipIf(process.env['SKEIN_TEST_DATABASE_URL'] === undefined)(
    'with two connections (skipped on the embedded database: it has one)',
    () => {
      it('lets no write overtake a take-over that commits while the write waits for it', async () => {
        for (const write of ['put', 'putWrites'] as const) {
          const run = await startRun();
          const { threadId, fence } = run;
          let refused: Promise<unknown> = Promise.resolve();
          await transact(database, async (db) => {
            await takeOver(db, fence.runId);
            refused = expect(run[write]()).rejects.toThrow(LeaseLost);
            await oneWaits(database, fence.runId);
          });
          await refused;
          expect(await countRows(threadId)).toEqual([0, 0, 0]);
        }
      });

      it('lets a take-over wait for the write under way, which then stands', async () => {
        const { threadId, fence, config } = await startRun();
        let takenOver: Promise<unknown> = Promise.resolve();
        await transact(database, async (db) => {
          const saver = makeCheckpointer({ ...database, prisma: db as Database['prisma'] }, { threadId, fence });
          await saver.put(config, emptyCheckpoint(), METADATA, {});
          takenOver = takeOver(database.prisma, fence.runId);
          await oneWaits(database, fence.runId);
          expect(await db.run.findUnique({ where: { id: fence.runId }, select: { attempt: true } })).toEqual({ attempt: 1 });
        });
        await takenOver;
        expect(await countRows(threadId)).toEqual([1, 0, 0]);
        await expect(makeCheckpointer(database, { threadId, fence }).put(config, emptyCheckpoint(), METADATA, {})).rejects.toThrow(
          LeaseLost,
        );
      });

      it('takes thread and run in that order: whoever locks both for update meets no deadlock', async () => {
        const { threadId, fence, put } = await startRun();
        let written: Promise<unknown> = Promise.resolve();
        await transact(database, async (db) => {
          await db.$queryRaw`SELECT 1 FROM "Thread" WHERE "id" = ${threadId}::uuid FOR UPDATE`;
          written = put();
          await oneWaits(database, threadId);
          await db.$queryRaw`SELECT 1 FROM "Run" WHERE "id" = ${fence.runId}::uuid FOR UPDATE`;
        });
        await written;
        expect(await countRows(threadId)).toEqual([1, 1, 0]);
      });
    },
  );
});

async function takeOver(db: Db, runId: string): Promise<void> {
  await db.run.update({ where: { id: runId }, data: { attempt: { increment: 1 } } });
}
