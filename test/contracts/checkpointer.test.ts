import { randomBytes } from 'node:crypto';
import {
  type BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointTuple,
  emptyCheckpoint,
  INTERRUPT,
  RESUME,
  uuid6,
} from '@langchain/langgraph-checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fence } from '../../src/domain/run.js';
import { makeCheckpointer } from '../../src/langgraph/checkpointer/checkpointer.js';
import type { Database } from '../../src/store/database/database.js';
import { collect } from '../support/client.js';
import { openTestDatabase } from '../support/database.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';

const METADATA = { source: 'loop', step: 0, parents: {} } as const;

describe('the checkpointer', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(async () => {
    await database.close();
  });

  const openThread = async (fence: Fence | null = null) => {
    const threadId = await insertThread(database);
    return {
      threadId,
      root: { configurable: { thread_id: threadId, checkpoint_ns: '' } },
      saver: makeCheckpointer(database, { threadId, fence }),
    };
  };

  it('gives back a checkpoint as it was put: values, metadata, parent and writes', async () => {
    const { root, saver } = await openThread();
    const first = await saver.put(root, makeCheckpoint({ list: ['a'] }), METADATA, { list: 1 });
    const values = { list: ['a', 'b'], bytes: new Uint8Array([0, 1, 255]), map: new Map([['k', new Set([1])]]), none: undefined };
    const second = makeCheckpoint(values, { list: 2, bytes: 2, map: 2, none: 2, empty: 2 });
    const metadata = { ...METADATA, step: 1, run: { tags: ['x'], at: null } };
    const config = await saver.put(first, second, metadata, second.channel_versions);
    await saver.putWrites(
      config,
      [
        ['list', 'c'],
        ['none', undefined],
      ],
      'task',
    );
    expect(await saver.getTuple(config)).toEqual({
      config,
      checkpoint: second,
      metadata,
      parentConfig: first,
      pendingWrites: [
        ['task', 'list', 'c'],
        ['task', 'none', undefined],
      ],
    } satisfies CheckpointTuple);
  });

  it('keeps U+0000, half surrogate pairs and escape characters in values, writes, metadata and names of channels', async () => {
    const { root, saver } = await openThread();
    const odd = 'a\u0000b\u0010c\ud800d\\u0000"';
    const checkpoint = makeCheckpoint({ [odd]: { [odd]: [odd] } });
    const metadata = { ...METADATA, [odd]: { inner: odd } };
    const config = await saver.put(root, checkpoint, metadata, checkpoint.channel_versions);
    await saver.putWrites(config, [[odd, odd]], 'task');
    const tuple = await saver.getTuple(config);
    expect(tuple).toMatchObject({ checkpoint, metadata, pendingWrites: [['task', odd, odd]] });
    expect(await collect(saver.list(root, { filter: { [odd]: { inner: odd } } }))).toHaveLength(1);
    expect(await collect(saver.list(root, { filter: { [odd]: { inner: 'a' } } }))).toHaveLength(0);
    expect(
      await saver.getDeltaChannelHistory({ config: await saver.put(config, makeCheckpoint({}), METADATA, {}), channels: [odd] }),
    ).toEqual({
      [odd]: { writes: [['task', odd, odd]], seed: { [odd]: [odd] } },
    });
  });

  it('keeps values and writes of 1 MB', async () => {
    const { root, saver } = await openThread();
    const large = Array.from({ length: 1_000 }, (_, index) => ({ index, text: 'ä'.repeat(500) }));
    const bytes = randomBytes(1_000_000);
    const checkpoint = makeCheckpoint({ large, bytes: new Uint8Array(bytes) });
    const config = await saver.put(root, checkpoint, METADATA, checkpoint.channel_versions);
    await saver.putWrites(config, [['large', large]], 'task');
    const tuple = await saver.getTuple(root);
    expect(tuple?.checkpoint.channel_values['large']).toEqual(large);
    expect(bytes.equals(tuple?.checkpoint.channel_values['bytes'] as Uint8Array)).toBe(true);
    expect(tuple?.pendingWrites).toEqual([['task', 'large', large]]);
  });

  it('needs one statement for each of getTuple, put, putWrites and the history of delta channels, however many channels there are', async () => {
    const { threadId, root } = await openThread();
    const fence = await insertRunningRun(database, threadId);
    const statements: string[] = [];
    const saver = makeCheckpointer({ ...database, prisma: countStatements(database.prisma, statements) }, { threadId, fence });
    const values = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`channel ${index}`, 'x'.repeat(1_000)]));
    const checkpoint = makeCheckpoint(values);
    const config = await saver.put(root, checkpoint, METADATA, checkpoint.channel_versions);
    expect(statements).toHaveLength(1);
    await saver.putWrites(config, Object.entries(values), 'task');
    expect(statements).toHaveLength(2);
    expect((await saver.getTuple(root))?.pendingWrites).toHaveLength(200);
    expect(statements).toHaveLength(3);
    await saver.getDeltaChannelHistory({ config, channels: Object.keys(values) });
    expect(statements).toHaveLength(4);
  });

  it('stores only what changed: a channel whose version stays is not written again', async () => {
    const { threadId, root, saver } = await openThread();
    let config = await saver.put(root, makeCheckpoint({ big: 'x'.repeat(5_000), count: 0 }, { big: 1, count: 1 }), METADATA, {
      big: 1,
      count: 1,
    });
    for (let count = 2; count < 10; count += 1) {
      const checkpoint = makeCheckpoint({ big: 'x'.repeat(5_000), count }, { big: 1, count });
      config = await saver.put(config, checkpoint, METADATA, { count });
    }
    const blobs = await database.prisma.checkpointBlob.groupBy({
      by: ['channel'],
      where: { threadId },
      _count: true,
      orderBy: { channel: 'asc' },
    });
    expect(blobs).toEqual([
      { channel: 'big', _count: 1 },
      { channel: 'count', _count: 9 },
    ]);
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ big: 'x'.repeat(5_000), count: 9 });
  });

  it('stores a list that grows at its end as what was added, also when each turn has a checkpointer of its own', async () => {
    const { threadId, root } = await openThread();
    const list: string[] = [];
    let config: typeof root = root;
    for (let turn = 1; turn <= 100; turn += 1) {
      const saver = makeCheckpointer(database, { threadId, fence: null });
      const tuple = await saver.getTuple(root);
      expect(tuple?.checkpoint.channel_values['list'] ?? []).toEqual(list);
      list.push(`turn ${turn} ${'x'.repeat(100)}`);
      config = (await saver.put(config, makeCheckpoint({ list }, { list: turn }), METADATA, { list: turn })) as typeof root;
    }
    const blobs = await database.prisma.checkpointBlob.findMany({ where: { threadId }, select: { blob: true, baseVersion: true } });
    const storedBytes = blobs.reduce((sum, { blob }) => sum + blob.length, 0);
    expect(storedBytes).toBeLessThan(4 * JSON.stringify(list).length);
    expect(blobs.filter(({ baseVersion }) => baseVersion === null).length).toBeLessThan(15);
    const lengths = (await collect(makeCheckpointer(database, { threadId, fence: null }).list(root))).map(
      ({ checkpoint }) => (checkpoint.channel_values['list'] as string[]).length,
    );
    expect(lengths).toEqual(Array.from({ length: 100 }, (_, index) => 100 - index));
  });

  it('gives the branches of a thread versions that never meet, so that each keeps its own values', async () => {
    const { root, saver } = await openThread();
    const next = (checkpoint: Checkpoint, value: string) => {
      const version = saver.getNextVersion(checkpoint.channel_versions['word'] as number | undefined);
      return makeCheckpoint({ word: value }, { word: version });
    };
    const trunk = next(emptyCheckpoint(), 'trunk');
    const fork = await saver.put(root, trunk, METADATA, trunk.channel_versions);
    const configs = [fork];
    for (const word of ['left', 'right']) {
      const branch = next(trunk, word);
      configs.push(await saver.put(fork, branch, METADATA, branch.channel_versions));
    }
    const words = await Promise.all(configs.map(async (config) => (await saver.get(config))?.channel_values['word']));
    expect(words).toEqual(['trunk', 'left', 'right']);
  });

  it('counts versions so that later ones are greater as text, and those of one step are equal', async () => {
    const { saver } = await openThread();
    const versions: (number | undefined)[] = [undefined];
    for (let step = 0; step < 12; step += 1) versions.push(saver.getNextVersion(versions.at(-1)));
    const texts = versions.slice(1).map(String);
    expect([...texts].sort()).toEqual(texts);
    expect(saver.getNextVersion(versions.at(-1))).toBe(saver.getNextVersion(versions.at(-1)));
  });

  it('orders checkpoints by time: the ids of LangGraph sort alike as text and in the database', async () => {
    const { threadId, root, saver } = await openThread();
    const ids = Array.from({ length: 300 }, (_, index) => uuid6(index % 7));
    expect([...ids].sort()).toEqual(ids);
    for (const id of [...ids].reverse()) await saver.put(root, { ...makeCheckpoint({}), id }, METADATA, {});
    const rows = await database.prisma.checkpoint.findMany({
      where: { threadId },
      orderBy: { checkpointId: 'asc' },
      select: { checkpointId: true },
    });
    expect(rows.map(({ checkpointId }) => checkpointId)).toEqual(ids);
    expect((await saver.getTuple(root))?.checkpoint.id).toBe(ids.at(-1));
  });

  it('lists any number of checkpoints, newest first and each once, as far as limit and before allow', async () => {
    const { root, saver } = await openThread();
    const ids: string[] = [];
    for (let index = 0; index < 45; index += 1) {
      const checkpoint = makeCheckpoint({ index });
      ids.unshift(checkpoint.id);
      await saver.put(root, checkpoint, METADATA, checkpoint.channel_versions);
      await saver.put(
        { configurable: { ...root.configurable, checkpoint_ns: 'child' } },
        checkpoint,
        METADATA,
        checkpoint.channel_versions,
      );
    }
    const idsOf = async (...args: Parameters<BaseCheckpointSaver['list']>) =>
      (await collect(saver.list(...args))).map(({ checkpoint }) => checkpoint.id);
    expect(await idsOf(root)).toEqual(ids);
    expect(await idsOf(root, { limit: 41 })).toEqual(ids.slice(0, 41));
    expect(await idsOf(root, { limit: 0 })).toEqual([]);
    const before = { configurable: { ...root.configurable, checkpoint_id: ids[9] } };
    expect(await idsOf(root, { before })).toEqual(ids.slice(10));
    expect(await idsOf({ configurable: { thread_id: root.configurable.thread_id } })).toEqual(ids.flatMap((id) => [id, id]));
  });

  it('writes puts that come at the same time, each whole', async () => {
    const { threadId, saver } = await openThread();
    const namespaces = Array.from({ length: 40 }, (_, index) => `child:${index}`);
    await Promise.all(
      namespaces.map(async (checkpoint_ns) => {
        let config = { configurable: { thread_id: threadId, checkpoint_ns } };
        for (let step = 1; step <= 3; step += 1) {
          const checkpoint = makeCheckpoint({ step, name: checkpoint_ns }, { step, name: step });
          config = (await saver.put(config, checkpoint, METADATA, checkpoint.channel_versions)) as typeof config;
          await saver.putWrites(config, [['step', step]], 'task');
        }
      }),
    );
    for (const checkpoint_ns of namespaces) {
      const tuple = await saver.getTuple({ configurable: { thread_id: threadId, checkpoint_ns } });
      expect(tuple).toMatchObject({
        checkpoint: { channel_values: { step: 3, name: checkpoint_ns } },
        pendingWrites: [['task', 'step', 3]],
      });
    }
  });

  it('lets a special write replace the earlier one, keeps any other as it was written first, and reads all in order of arrival', async () => {
    const { root, saver } = await openThread();
    const config = await saver.put(root, makeCheckpoint({}), METADATA, {});
    await saver.putWrites(
      config,
      [
        ['word', 'first'],
        [INTERRUPT, 'q1'],
      ],
      'task',
    );
    await saver.putWrites(
      config,
      [
        ['word', 'second'],
        [INTERRUPT, 'q2'],
        [INTERRUPT, 'q3'],
      ],
      'task',
    );
    expect((await saver.getTuple(config))?.pendingWrites).toEqual([
      ['task', 'word', 'first'],
      ['task', INTERRUPT, 'q3'],
    ]);
  });

  it("reads the latest run's writes of a task where several runs wrote, and the earlier one's again when the latest are gone", async () => {
    const { threadId, root } = await openThread();
    const first = await insertRunningRun(database, threadId);
    const byFirst = makeCheckpointer(database, { threadId, fence: first });
    const config = await byFirst.put(root, makeCheckpoint({}), METADATA, {});
    await byFirst.putWrites(
      config,
      [
        ['word', 'first'],
        ['other', 1],
        [RESUME, 'a'],
      ],
      'task',
    );
    const second = await insertRunningRun(database, threadId);
    await makeCheckpointer(database, { threadId, fence: second }).putWrites(
      config,
      [
        ['word', 'second'],
        [RESUME, 'b'],
      ],
      'task',
    );
    const read = async () => (await byFirst.getTuple(config))?.pendingWrites;
    expect(await read()).toEqual([
      ['task', 'word', 'second'],
      ['task', RESUME, 'b'],
    ]);
    await database.prisma.checkpointWrite.deleteMany({ where: { runId: second.runId } });
    expect(await read()).toEqual([
      ['task', 'word', 'first'],
      ['task', 'other', 1],
      ['task', RESUME, 'a'],
    ]);
  });

  it('reads the writes of a task once when a later run wrote them again at other indexes', async () => {
    const { threadId, root } = await openThread();
    const first = await insertRunningRun(database, threadId);
    const byFirst = makeCheckpointer(database, { threadId, fence: first });
    const config = await byFirst.put(root, makeCheckpoint({}), METADATA, {});
    const [word, other] = [
      ['word', 1],
      ['other', 2],
    ] as const;
    await byFirst.putWrites(config, [[...word], [...other]], 'task');
    const second = await insertRunningRun(database, threadId);
    const bySecond = makeCheckpointer(database, { threadId, fence: second });
    await bySecond.putWrites(config, [[RESUME, 'a'], [...word], [...other]], 'task');
    expect((await bySecond.getTuple(config))?.pendingWrites).toEqual([
      ['task', RESUME, 'a'],
      ['task', 'word', 1],
      ['task', 'other', 2],
    ]);
    const child = await bySecond.put(config, makeCheckpoint({}), METADATA, {});
    const history = await bySecond.getDeltaChannelHistory({ config: child, channels: ['word'] });
    expect(history['word']?.writes).toEqual([['task', 'word', 1]]);
  });

  it('reads what stood before a run when all that the run wrote is deleted', async () => {
    const { threadId, root } = await openThread();
    const list: string[] = [];
    const grow = async () => {
      const fence = await insertRunningRun(database, threadId);
      const saver = makeCheckpointer(database, { threadId, fence });
      const version = saver.getNextVersion((await saver.getTuple(root))?.checkpoint.channel_versions['list'] as number | undefined);
      list.push(`${fence.runId} ${'x'.repeat(1_000)}`);
      await saver.put(root, makeCheckpoint({ list }, { list: version }), METADATA, { list: version });
      return fence;
    };
    for (let run = 0; run < 3; run += 1) await grow();
    const { runId } = await grow();
    const where = { threadId, runId };
    expect(await database.prisma.checkpointBlob.count({ where: { ...where, baseVersion: { not: null } } })).toBe(1);
    await database.prisma.$transaction([
      database.prisma.checkpoint.deleteMany({ where }),
      database.prisma.checkpointBlob.deleteMany({ where }),
    ]);
    const tuple = await makeCheckpointer(database, { threadId, fence: null }).getTuple(root);
    expect(tuple?.checkpoint.channel_values).toEqual({ list: list.slice(0, 3) });
  });

  it('leaves nothing behind when a thread goes', async () => {
    const fill = async () => {
      const { threadId, root, saver } = await openThread();
      for (const checkpoint_ns of ['', 'child']) {
        const checkpoint = makeCheckpoint({ word: 'x' });
        const config = await saver.put(
          { configurable: { ...root.configurable, checkpoint_ns } },
          checkpoint,
          METADATA,
          checkpoint.channel_versions,
        );
        await saver.putWrites(config, [['word', 'y']], 'task');
      }
      return { threadId, saver };
    };
    const countRows = async (threadId: string) =>
      Promise.all([
        database.prisma.checkpoint.count({ where: { threadId } }),
        database.prisma.checkpointBlob.count({ where: { threadId } }),
        database.prisma.checkpointWrite.count({ where: { threadId } }),
      ]);
    const [kept, emptied, gone] = [await fill(), await fill(), await fill()];
    await emptied.saver.deleteThread(emptied.threadId);
    await database.prisma.thread.delete({ where: { id: gone.threadId } });
    expect(await countRows(kept.threadId)).toEqual([2, 2, 2]);
    expect(await countRows(emptied.threadId)).toEqual([0, 0, 0]);
    expect(await countRows(gone.threadId)).toEqual([0, 0, 0]);
  });

  it('touches no thread but its own', async () => {
    const { saver } = await openThread();
    const { root: other, threadId: otherId } = await openThread();
    const refusal = `cannot touch thread ${otherId}`;
    await expect(saver.getTuple(other)).rejects.toThrow(refusal);
    await expect(saver.put(other, makeCheckpoint({}), METADATA, {})).rejects.toThrow(refusal);
    await expect(saver.putWrites({ configurable: { ...other.configurable, checkpoint_id: uuid6(0) } }, [], 'task')).rejects.toThrow(
      refusal,
    );
    await expect(collect(saver.list(other))).rejects.toThrow(refusal);
    await expect(saver.deleteThread(otherId)).rejects.toThrow(refusal);
    expect(await collect(saver.list({}))).toEqual([]);
  });

  it('knows no checkpoint by an id that is no UUID', async () => {
    const { root, saver } = await openThread();
    expect(await saver.getTuple({ configurable: { ...root.configurable, checkpoint_id: 'latest' } })).toBeUndefined();
  });

  it('writes what a checkpoint held when it was put, after beforePut has let it through', async () => {
    const threadId = await insertThread(database);
    const root = { configurable: { thread_id: threadId, checkpoint_ns: '' } };
    let letThrough = () => {};
    const barrier = new Promise<void>((resolve) => (letThrough = resolve));
    const saver = makeCheckpointer(database, { threadId, fence: null, beforePut: () => barrier });
    const list = ['a'];
    const put = saver.put(root, makeCheckpoint({ list }), METADATA, { list: 1 });
    list.push('b');
    expect(await saver.getTuple(root)).toBeUndefined();
    letThrough();
    await put;
    expect((await saver.getTuple(root))?.checkpoint.channel_values).toEqual({ list: ['a'] });
  });
});

function makeCheckpoint(values: Record<string, unknown>, versions?: Record<string, number | string>): Checkpoint {
  return {
    ...emptyCheckpoint(),
    channel_values: { ...values },
    channel_versions: versions ?? Object.fromEntries(Object.keys(values).map((channel) => [channel, 1])),
  };
}

/** The same client, which notes the name of each raw call. */
function countStatements<Client extends Database['prisma']>(prisma: Client, statements: string[]): Client {
  return new Proxy(prisma, {
    get: (target, name) => {
      statements.push(String(name));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
