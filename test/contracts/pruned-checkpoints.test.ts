import type { RunnableConfig } from '@langchain/core/runnables';
import { type Checkpoint, emptyCheckpoint, TASKS, uuid6 } from '@langchain/langgraph-checkpoint';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCheckpointer } from '../../src/langgraph/checkpointer/checkpointer.js';
import { deleteCheckpointsOfThread } from '../../src/store/checkpoints/delete-checkpoints-of-thread.js';
import { keepNewestCheckpoints } from '../../src/store/checkpoints/keep-newest-checkpoints.js';
import { type Database, transact } from '../../src/store/database/database.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { sweepThreads } from '../../src/store/threads/sweep-threads.js';
import { deleteThreadRows } from '../../src/store/threads/threads.js';
import { collect } from '../support/client.js';
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

const prune = (...ids: string[]): Promise<void> => transact(database, (db) => keepNewestCheckpoints(db, ids));
const rootOf = (id: string, namespace = ''): RunnableConfig => ({ configurable: { thread_id: id, checkpoint_ns: namespace } });
const open = (id = threadId) => makeCheckpointer(database, { threadId: id, fence: null });
const make = (step: number, values: Record<string, unknown>, versions: Record<string, number>, v = 4): Checkpoint => ({
  ...emptyCheckpoint(),
  v,
  id: uuid6(step),
  channel_values: values,
  channel_versions: versions,
});

/** A list that grows, checkpoint after checkpoint, in a namespace. */
async function grow(id: string, { turns, namespace = '' }: { turns: number; namespace?: string }): Promise<void> {
  const saver = open(id);
  let config = rootOf(id, namespace);
  const list: string[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    list.push(`turn ${turn} ${'x'.repeat(300)}`);
    config = await saver.put(config, make(turn, { list, gone: turn === 1 ? 1 : undefined }, { list: turn, gone: 1 }), METADATA, {
      list: turn,
      ...(turn === 1 && { gone: 1 }),
    });
    await saver.putWrites(config, [['list', turn]], 'task');
  }
}

describe('keepNewestCheckpoints', () => {
  it('keeps of each namespace the newest, whole, with its writes; of many threads at once, and no others', async () => {
    const other = await insertThread(database);
    const left = await insertThread(database);
    await grow(threadId, { turns: 20 });
    await grow(threadId, { turns: 5, namespace: 'node:1' });
    await grow(other, { turns: 3 });
    await grow(left, { turns: 3 });
    const tuples = () =>
      Promise.all([open().getTuple(rootOf(threadId)), open().getTuple(rootOf(threadId, 'node:1')), open(other).getTuple(rootOf(other))]);
    const before = await tuples();
    await prune(threadId, other);
    expect(await tuples()).toEqual(before);
    const counts = await database.prisma.checkpoint.groupBy({ by: ['threadId', 'checkpointNs'], _count: true });
    const countOf = (id: string): number[] => counts.filter((row) => row.threadId === id).map(({ _count }) => _count);
    expect([threadId, other, left].map(countOf)).toEqual([[1, 1], [1], [3]]);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });

  it('keeps the newest whoever its parent is: also when it is its own, or one that was never there', async () => {
    const saver = open();
    const own = make(1, { word: 'own' }, { word: 1 });
    await saver.put({ configurable: { ...rootOf(threadId).configurable, checkpoint_id: own.id } }, own, METADATA, { word: 1 });
    await prune(threadId);
    expect((await saver.getTuple(rootOf(threadId)))?.checkpoint).toEqual(own);
    const lost = { configurable: { ...rootOf(threadId).configurable, checkpoint_id: uuid6(2) } };
    const next = make(3, { word: 'next' }, { word: 2 });
    await saver.put(lost, next, METADATA, { word: 2 });
    await prune(threadId);
    expect((await collect(saver.list(rootOf(threadId)))).map(({ checkpoint }) => checkpoint)).toEqual([next]);
  });

  it('of a checkpoint of an older format keeps the parent, whose writes hold what was sent to the next tasks', async () => {
    const saver = open();
    let config = rootOf(threadId);
    for (let step = 1; step <= 4; step += 1) {
      config = await saver.put(config, make(step, { word: step }, { word: step }, 3), METADATA, { word: step });
      await saver.putWrites(config, [[TASKS, `sent in ${step}`]], 'task');
    }
    const before = await saver.getTuple(rootOf(threadId));
    await prune(threadId);
    expect(await saver.getTuple(rootOf(threadId))).toEqual(before);
    expect(before?.checkpoint.channel_values[TASKS]).toEqual(['sent in 3']);
    expect(await database.prisma.checkpoint.count({ where: { threadId } })).toBe(2);
  });

  it('of channels kept as deltas keeps the way to the nearest values, also across channels that begin and are copied at other times', async () => {
    const saver = open();
    let config = rootOf(threadId);
    const put = async (step: number, values: Record<string, unknown>, versions: Record<string, number>): Promise<void> => {
      config = await saver.put(config, make(step, values, versions), METADATA, versions);
    };
    await put(1, {}, {});
    await saver.putWrites(config, [['a', 'a1']], 'task');
    await put(2, { a: 'whole' }, { a: 2 });
    await saver.putWrites(config, [['b', 'b2']], 'task');
    await put(3, { a: 'whole' }, { a: 2, b: 3 });
    await saver.putWrites(config, [['a', 'a3']], 'task');
    await put(4, {}, { a: 4, b: 3 });
    const history = () => saver.getDeltaChannelHistory({ config, channels: ['a', 'b'] });
    const before = await history();
    expect(before).toEqual({
      a: { writes: [['task', 'a', 'a3']], seed: 'whole' },
      b: { writes: [['task', 'b', 'b2']] },
    });
    await prune(threadId);
    expect(await history()).toEqual(before);
    // The first one is not needed: the second has the value of `a`, and `b` began after it.
    expect(await database.prisma.checkpoint.count({ where: { threadId } })).toBe(3);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });

  it('removes what was written on checkpoints that were never written', async () => {
    await grow(threadId, { turns: 2 });
    const nowhere = { configurable: { ...rootOf(threadId).configurable, checkpoint_id: uuid6(9) } };
    await open().putWrites(nowhere, [['list', 'nobody reads it']], 'task');
    expect(await countOrphans(database)).toEqual({ ...NO_ORPHANS, writes: 1 });
    await prune(threadId);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });

  it('takes a name with U+0000, and a thread without checkpoints', async () => {
    const odd = 'a\u0000b';
    const saver = open();
    const config = await saver.put(rootOf(threadId), make(1, { [odd]: 1 }, { [odd]: 1 }), METADATA, { [odd]: 1 });
    await saver.put(config, make(2, { [odd]: 2 }, { [odd]: 2 }), METADATA, { [odd]: 2 });
    await prune(threadId, await insertThread(database));
    expect((await collect(saver.list(rootOf(threadId)))).map(({ checkpoint }) => checkpoint.channel_values)).toEqual([{ [odd]: 2 }]);
  });
});

describe('nothing is left of', () => {
  beforeEach(async () => {
    await insertRunningRun(database, threadId);
    await grow(threadId, { turns: 10 });
    await grow(threadId, { turns: 3, namespace: 'node:1' });
  });
  const rowsLeft = async (): Promise<number> => {
    const where = { threadId };
    const { checkpoint, checkpointBlob, checkpointWrite, run } = database.prisma;
    const counts = await Promise.all([
      checkpoint.count({ where }),
      checkpointBlob.count({ where }),
      checkpointWrite.count({ where }),
      run.count({ where }),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  };

  it('a deleted thread', async () => {
    await deleteThreadRows(database.prisma, DEFAULT_TENANT, [threadId]);
    expect(await rowsLeft()).toBe(0);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });

  it("a temporary thread whose time is over; another tenant's request deletes nothing", async () => {
    await deleteThreadRows(database.prisma, { tenantId: 'other' }, [threadId]);
    expect(await rowsLeft()).toBeGreaterThan(0);
    await database.prisma.thread.update({ where: { id: threadId }, data: { temporary: true, expiresAt: new Date(0) } });
    expect(await sweepThreads(database.prisma, { temporary: true, limit: 10 })).toHaveLength(1);
    expect(await rowsLeft()).toBe(0);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });

  it('the memory of a thread that LangGraph forgets, but its runs', async () => {
    await deleteCheckpointsOfThread(database.prisma, threadId);
    expect(await rowsLeft()).toBe(1);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });
});

describe('countOrphans', () => {
  it('counts what other laws say is not there', async () => {
    await grow(threadId, { turns: 10 });
    const { prisma } = database;
    const based = await prisma.checkpointBlob.findFirstOrThrow({
      where: { threadId, baseVersion: { not: null } },
      orderBy: { version: 'desc' },
    });
    await prisma.checkpointBlob.deleteMany({ where: { threadId, channel: 'list', version: based.baseVersion! } });
    await prisma.checkpoint.deleteMany({ where: { threadId, channelVersions: { path: ['list'], equals: 1 } } });
    const data = { checkpoint_id: uuid6(1) };
    await prisma.runEvent.create({ data: { threadId, seq: 1, kind: 'THREAD_STATE', namespace: [], data } });
    const { threadless, blobs, baseless, writes, stateEvents } = await countOrphans(database);
    expect({ threadless, baseless, writes, stateEvents }).toEqual({ threadless: 0, baseless: 1, writes: 1, stateEvents: 1 });
    expect(blobs).toBeGreaterThan(0);
    await deleteThreadRows(prisma, DEFAULT_TENANT, [threadId]);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });
});
