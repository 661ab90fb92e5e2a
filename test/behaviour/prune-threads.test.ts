import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Graphs } from '../../src/ports/graphs.js';
import { ask, codesOf, send } from '../support/client.js';
import { countOrphans, NO_ORPHANS } from '../support/orphans.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import {
  copyThread,
  createThread,
  fromServer,
  type GraphId,
  PRUNE_THREADS,
  pruneThreads,
  readHistory,
  readState,
  readThread,
  runOn,
  type StateJson,
  UPDATE_STATE,
  updateState,
  withoutRuns,
} from '../support/thread-states.js';

const ABSENT = '01890a5d-ac96-774b-bcce-b302099a8057';
const GRAPHS = ['chat', 'review', 'nested', 'fan', 'failing', 'twice', 'ledger', 'hoard'] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

const historyOf = async (threadId: string): Promise<readonly StateJson[]> => (await readHistory(server.url, threadId)).nodes;
const stateOf = (threadId: string): Promise<StateJson | null> => readState(server.url, threadId, { subgraphs: true });
const inputOf = (graphId: GraphId, text: string): object =>
  graphId === 'chat'
    ? { messages: [{ role: 'user', content: text, id: text }] }
    : graphId === 'ledger'
      ? { often: [text] }
      : { steps: [text] };
const turn = (assistantId: GraphId, threadId: string | undefined, text: string): Promise<{ threadId: string }> =>
  runOn(server.url, { assistantId, threadId, input: inputOf(assistantId, text) });
const keepLatest = (...ids: string[]): Promise<object> => pruneThreads(server.url, ids, 'KEEP_LATEST');

/** How many checkpoints a thread has in each namespace. */
async function countByNamespace(threadId: string): Promise<number[]> {
  const { prisma } = server.app.deps.database;
  const groups = await prisma.checkpoint.groupBy({ by: ['checkpointNs'], where: { threadId }, _count: true });
  return groups.map(({ _count }) => _count);
}

describe.each(GRAPHS)('KEEP_LATEST on a thread that ran graph %s', (graphId) => {
  it('leaves its state, and what it shows of it, as they were', async () => {
    const { threadId } = await turn(graphId, undefined, 'one');
    await turn(graphId, threadId, 'two');
    const [state, thread] = [await stateOf(threadId), await readThread(server.url, threadId)];
    expect(await keepLatest(threadId)).toEqual({ prunedCount: 1, deletedIds: [] });
    expect(await stateOf(threadId)).toEqual(state);
    expect({ ...(await readThread(server.url, threadId)), storage: null }).toEqual({ ...thread, storage: null });
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
  });

  it('goes on from there as it would have without', async () => {
    const { threadId } = await turn(graphId, undefined, 'one');
    await turn(graphId, threadId, 'two');
    const { id: whole } = await copyThread(server.url, threadId);
    await keepLatest(threadId);
    for (const input of [{ input: null }, { input: inputOf(graphId, 'three') }, { command: { resume: 'yes' } }]) {
      for (const id of [threadId, whole]) {
        // An answer where nothing is asked is refused by the graph, on both threads alike.
        await runOn(server.url, { assistantId: graphId, threadId: id, ...input }).catch(() => null);
      }
      expect(fromServer([(await stateOf(threadId))!])).toEqual(fromServer([(await stateOf(whole))!]));
    }
  });
});

describe('KEEP_LATEST', () => {
  it.each(['chat', 'review', 'nested', 'fan', 'failing', 'twice', 'hoard'] as const)(
    'keeps one checkpoint of each namespace: graph %s',
    async (graphId) => {
      const { threadId } = await turn(graphId, undefined, 'one');
      await turn(graphId, threadId, 'two');
      const namespaces = (await countByNamespace(threadId)).length;
      await keepLatest(threadId);
      expect(await countByNamespace(threadId)).toEqual(Array.from({ length: namespaces }, () => 1));
      expect(await historyOf(threadId)).toEqual([await readState(server.url, threadId, {})]);
    },
  );

  it('names the checkpoint that came before, which answers null', async () => {
    const { threadId } = await turn('chat', undefined, 'one');
    const { parentCheckpoint } = (await stateOf(threadId))!;
    await keepLatest(threadId);
    expect((await stateOf(threadId))!.parentCheckpoint).toEqual(parentCheckpoint);
    const { checkpointId } = parentCheckpoint!;
    expect(await readState(server.url, threadId, { checkpoint: { checkpointId } })).toBeNull();
    const input = { values: {}, checkpointId };
    expect(codesOf(await send(server.url, UPDATE_STATE, { threadId, input }))).toEqual(['CHECKPOINT_NOT_FOUND']);
  });

  it('of a long chat keeps the older values that the newest is built on, and gives back the rest', async () => {
    const long = (turns: number): string => `turn ${turns} ${'so it went on and on, '.repeat(20)}`;
    let { threadId } = await turn('chat', undefined, long(1));
    for (let turns = 2; turns <= 35; turns += 1) ({ threadId } = await turn('chat', threadId, long(turns)));
    const { id: whole } = await copyThread(server.url, threadId);
    const [state, before] = [await stateOf(threadId), (await readThread(server.url, threadId)).storage];
    await keepLatest(threadId);
    expect(await stateOf(threadId)).toEqual(state);
    const { prisma } = server.app.deps.database;
    expect(await prisma.checkpointBlob.count({ where: { threadId, channel: 'messages', baseVersion: { not: null } } })).toBeGreaterThan(5);
    const after = (await readThread(server.url, threadId)).storage;
    expect(after).toMatchObject({ checkpointCount: 1, eventCount: before.eventCount - 34 });
    expect(after.checkpointBytes).toBeLessThan(before.checkpointBytes / 2);
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
    for (const id of [threadId, whole]) await turn('chat', id, 'the last');
    expect(fromServer([(await stateOf(threadId))!])).toEqual(fromServer([(await stateOf(whole))!]));
  });

  it('of lists kept as deltas keeps the checkpoints that they are rebuilt from, and every one that is kept reads as it did', async () => {
    let threadId: string | undefined;
    const kept: number[] = [];
    for (let turns = 1; turns <= 10; turns += 1) {
      ({ threadId } = await turn('ledger', threadId, `turn ${turns}`));
      const { id: pruned } = await copyThread(server.url, threadId);
      await keepLatest(pruned);
      const [before, after] = [await historyOf(threadId), await historyOf(pruned)];
      expect(withoutRuns(after, pruned)).toEqual(withoutRuns(before.slice(0, after.length), threadId));
      kept.push(after.length);
    }
    // Four checkpoints a turn; the ninth ends where both lists have just been copied whole.
    expect(kept).toEqual([4, 8, 12, 16, 20, 24, 28, 32, 2, 6]);
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
  });

  it('keeps the newest checkpoint, not the one on the longest branch', async () => {
    const { threadId } = await turn('chat', undefined, 'one');
    await turn('chat', threadId, 'two');
    const old = (await historyOf(threadId)).at(-2)!.checkpoint.checkpointId;
    const edited = { messages: [{ role: 'user', content: 'edited', id: 'one' }] };
    await updateState(server.url, threadId, { values: edited, asNode: '__start__', checkpointId: old });
    const state = await stateOf(threadId);
    await keepLatest(threadId);
    expect(await stateOf(threadId)).toEqual(state);
  });

  it('keeps what was answered answered, and what waits waiting', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'fan', input: {} });
    const left = (await stateOf(threadId))!.interrupts.find(({ value }) => value === 'left?')!;
    await runOn(server.url, { assistantId: 'fan', threadId, command: { resume: { [left.interruptId]: 'L' } } });
    await keepLatest(threadId);
    expect((await readThread(server.url, threadId)).interrupts).toMatchObject([{ value: 'right?' }]);
    await runOn(server.url, { assistantId: 'fan', threadId, command: { resume: 'R' } });
    expect((await stateOf(threadId))!.values).toEqual({ steps: ['left:L', 'right:R', 'join'] });
  });

  it('takes out of the log the states that are gone, and leaves all else', async () => {
    const { prisma } = server.app.deps.database;
    const kindsOf = async (threadId: string): Promise<string[]> =>
      (await prisma.runEvent.findMany({ where: { threadId }, orderBy: { seq: 'asc' } })).map(({ kind }) => kind);
    const { threadId } = await turn('chat', undefined, 'one');
    await turn('chat', threadId, 'two');
    const before = await kindsOf(threadId);
    await keepLatest(threadId);
    const first = before.indexOf('THREAD_STATE');
    expect(before.lastIndexOf('THREAD_STATE')).toBeGreaterThan(first);
    expect(await kindsOf(threadId)).toEqual(before.toSpliced(first, 1));
  });

  it('removes what a run left on a checkpoint that was never written', async () => {
    const { threadId } = await runOn(server.url, {
      assistantId: 'review',
      command: { update: { steps: ['x'] }, goto: [{ node: 'send' }] },
    });
    const { database } = server.app.deps;
    expect(await countOrphans(database)).toEqual({ ...NO_ORPHANS, writes: 2 });
    const copy = await copyThread(server.url, threadId);
    expect(withoutRuns(await historyOf(copy.id), copy.id)).toEqual(withoutRuns(await historyOf(threadId), threadId));
    await keepLatest(threadId);
    expect(await countOrphans(database)).toEqual(NO_ORPHANS);
  });

  it('counts a thread without any checkpoint too', async () => {
    const { id } = await createThread(server.url, {});
    expect(await keepLatest(id)).toEqual({ prunedCount: 1, deletedIds: [] });
  });

  it('of one copy leaves the others whole', async () => {
    const { threadId } = await turn('nested', undefined, 'one');
    const copies = await Promise.all([1, 2].map(() => copyThread(server.url, threadId)));
    const before = await historyOf(copies[0]!.id);
    await keepLatest(threadId);
    await pruneThreads(server.url, [copies[1]!.id]);
    expect(await historyOf(copies[0]!.id)).toEqual(before);
  });

  it('under a state update that is being computed on a checkpoint it removes makes the update find nothing', async () => {
    const { threadId } = await turn('review', undefined, 'one');
    const checkpointId = (await historyOf(threadId)).at(-1)!.checkpoint.checkpointId;
    const { graphs } = server.app.deps;
    const slow: Graphs = {
      ...graphs,
      async prepareStateUpdate(...args) {
        const prepared = await graphs.prepareStateUpdate(...args);
        await keepLatest(threadId);
        return prepared;
      },
    };
    const door = await server.openDoor({}, { graphs: slow });
    const state = await stateOf(threadId);
    const input = { values: { steps: ['late'] }, asNode: 'draft', checkpointId };
    expect(codesOf(await send(door.url, UPDATE_STATE, { threadId, input }))).toEqual(['CHECKPOINT_NOT_FOUND']);
    expect(await stateOf(threadId)).toEqual(state);
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
    await door.stop();
  });

  it('never changes the state of a thread, whatever happened on it, and a copy made before has it all', async () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant('run' as const), text: fc.string({ maxLength: 400 }) }),
      fc.record({ kind: fc.constant('resume' as const) }),
      fc.record({ kind: fc.constant('continue' as const) }),
      fc.record({ kind: fc.constant('update' as const), back: fc.nat(6) }),
      fc.record({ kind: fc.constant('prune' as const) }),
    );
    const graph = fc.constantFrom(...GRAPHS);
    const law = fc.asyncProperty(graph, fc.array(move, { minLength: 1, maxLength: 6 }), async (graphId, moves) => {
      const { threadId } = await turn(graphId, undefined, 'first');
      for (const step of moves) {
        const run = (input: object): Promise<unknown> => runOn(server.url, { assistantId: graphId, threadId, ...input }).catch(() => null);
        if (step.kind === 'run') await run({ input: inputOf(graphId, `x${step.text}`) });
        if (step.kind === 'resume') await run({ command: { resume: 'yes' } });
        if (step.kind === 'continue') await run({ input: null });
        if (step.kind === 'prune') await keepLatest(threadId);
        if (step.kind === 'update') {
          const { checkpointId } = (await historyOf(threadId)).slice(0, step.back + 1).at(-1)!.checkpoint;
          await send(server.url, UPDATE_STATE, { threadId, input: { values: inputOf(graphId, 'u'), checkpointId } });
        }
      }
      const [state, history] = [await stateOf(threadId), await historyOf(threadId)];
      const { id: copy } = await copyThread(server.url, threadId);
      await keepLatest(threadId);
      expect(await stateOf(threadId)).toEqual(state);
      expect(withoutRuns(await historyOf(copy), copy)).toEqual(withoutRuns(history, threadId));
      expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
    });
    await fc.assert(law, { numRuns: 12 });
  });
});

describe('DELETE', () => {
  it('is the default, and removes threads with all that hangs on them', async () => {
    const ids = [(await turn('nested', undefined, 'one')).threadId, (await turn('chat', undefined, 'one')).threadId];
    expect(await pruneThreads(server.url, ids)).toEqual({ prunedCount: 2, deletedIds: [...ids].sort() });
    for (const id of ids) expect(await readThread(server.url, id)).toBeNull();
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
    const explicit = (await turn('chat', undefined, 'one')).threadId;
    expect(await pruneThreads(server.url, [explicit], 'DELETE')).toEqual({ prunedCount: 1, deletedIds: [explicit] });
  });

  it('passes over ids without a thread, and takes one that is given twice once', async () => {
    const { threadId } = await turn('chat', undefined, 'one');
    expect(await pruneThreads(server.url, [ABSENT, threadId, threadId.toUpperCase()])).toEqual({ prunedCount: 1, deletedIds: [threadId] });
    expect(await pruneThreads(server.url, [threadId, ABSENT])).toEqual({ prunedCount: 0, deletedIds: [] });
    expect(await pruneThreads(server.url, [])).toEqual({ prunedCount: 0, deletedIds: [] });
  });
});

describe.each(['DELETE', 'KEEP_LATEST'])('pruneThreads with %s', (strategy) => {
  it('cancels active runs with DELETE, and does nothing at all with KEEP_LATEST while there is one', async () => {
    const { threadId } = await turn('chat', undefined, 'one');
    const query = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId } } }';
    const { createRun } = await ask<{ createRun: { run: { id: string; threadId: string } } }>(server.url, query, {
      input: { assistantId: 'slow', input: { steps: 1, delayMs: 600_000 } },
    });
    const history = await historyOf(threadId);
    const answer = await send(server.url, PRUNE_THREADS, { ids: [threadId, createRun.run.threadId], strategy });
    if (strategy === 'DELETE') {
      expect(answer.data).toMatchObject({ pruneThreads: { prunedCount: 2 } });
      expect(await ask(server.url, 'query ($id: ID!) { run(id: $id) { id } }', { id: createRun.run.id })).toEqual({ run: null });
      return;
    }
    expect(codesOf(answer)).toEqual(['THREAD_BUSY']);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ threadId: createRun.run.threadId, activeRunId: createRun.run.id });
    expect(await historyOf(threadId)).toEqual(history);
  });

  it('refuses an id that is none, and more than 1,000 ids', async () => {
    const { threadId } = await turn('chat', undefined, 'one');
    const history = await historyOf(threadId);
    const malformed = await send(server.url, PRUNE_THREADS, { ids: [threadId, 'x'], strategy });
    expect(codesOf(malformed)).toEqual(['BAD_USER_INPUT']);
    expect(malformed.errors?.[0]?.extensions['issues']).toMatchObject([{ path: ['ids', 1] }]);
    const many = Array.from({ length: 1_001 }, () => threadId);
    expect(codesOf(await send(server.url, PRUNE_THREADS, { ids: many, strategy }))).toEqual(['BAD_USER_INPUT']);
    expect(await historyOf(threadId)).toEqual(history);
    expect(await pruneThreads(server.url, many.slice(1), strategy)).toMatchObject({ prunedCount: 1 });
  });

  it('many times at once, in any order of the ids, prunes each once', async () => {
    const { threadId } = await turn('chat', undefined, 'one');
    const ids = await Promise.all(Array.from({ length: 6 }, async () => (await copyThread(server.url, threadId)).id));
    const answers = await Promise.all(
      [ids, ids.toReversed(), ids.toSorted(), ids.toSorted().toReversed()].map((some) => pruneThreads(server.url, some, strategy)),
    );
    const counts = answers.map(({ prunedCount }) => prunedCount).sort();
    expect(counts).toEqual(strategy === 'DELETE' ? [0, 0, 0, 6] : [6, 6, 6, 6]);
  });
});
