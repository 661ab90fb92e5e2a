import { randomUUID } from 'node:crypto';
import { Command } from '@langchain/langgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Graphs } from '../../src/ports/graphs.js';
import { ask, codesOf, collect, followEvents, send } from '../support/client.js';
import { countOrphans, NO_ORPHANS } from '../support/orphans.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import {
  COPY_THREAD,
  copyThread,
  createThread,
  fromServer,
  fromSnapshots,
  type GraphId,
  openReference,
  pruneThreads,
  readHistory,
  readState,
  readThread,
  runOn,
  type StateJson,
  updateState,
  withoutRuns,
} from '../support/thread-states.js';

const ABSENT = '01890a5d-ac96-774b-bcce-b302099a8057';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

const historyOf = async (threadId: string): Promise<readonly StateJson[]> => (await readHistory(server.url, threadId)).nodes;
const stateOf = async (threadId: string): Promise<StateJson> => (await readState(server.url, threadId, { subgraphs: true }))!;
const inputOf = (graphId: GraphId, text: string): object =>
  graphId === 'chat'
    ? { messages: [{ role: 'user', content: text, id: text }] }
    : graphId === 'ledger'
      ? { often: [text] }
      : { steps: [text] };

/** Two runs of a graph, on the server and by LangGraph itself. */
async function runTwice(graphId: GraphId) {
  const { graph, config } = openReference(graphId);
  let threadId: string | undefined;
  for (const text of ['one', 'two']) {
    const input = inputOf(graphId, text);
    await graph.invoke(input, config).catch(() => null);
    ({ threadId } = await runOn(server.url, { assistantId: graphId, threadId, input }));
  }
  return { graph, config, threadId: threadId! };
}

describe.each(['chat', 'review', 'nested', 'fan', 'failing', 'twice', 'ledger'] as const)(
  'a copy of a thread that ran graph %s',
  (graphId) => {
    it('has the state and the history of its source, which are those that LangGraph tells, and none of its runs and events', async () => {
      const { graph, config, threadId } = await runTwice(graphId);
      const source = await readThread(server.url, threadId);
      const copy = await copyThread(server.url, threadId);
      expect(copy.id).not.toBe(threadId);
      expect(withoutRuns([await stateOf(copy.id)], copy.id)).toEqual(withoutRuns([await stateOf(threadId)], threadId));
      expect(withoutRuns(await historyOf(copy.id), copy.id)).toEqual(withoutRuns(await historyOf(threadId), threadId));
      expect(fromServer(await historyOf(copy.id))).toEqual(fromSnapshots(await collect(graph.getStateHistory(config))));
      const { metadata, config: runConfig, values } = source;
      expect(copy).toMatchObject({ metadata, config: runConfig, values, error: null, runs: { nodes: [] } });
      expect(copy.interrupts).toEqual(source.interrupts.map((interrupt) => ({ ...interrupt, runId: null })));
      expect(copy.status).toBe((await stateOf(copy.id)).next.length > 0 ? 'INTERRUPTED' : 'IDLE');
    });

    it('and its source go on alike, and neither changes the other', async () => {
      const { threadId } = await runTwice(graphId);
      const copy = await copyThread(server.url, threadId);
      const [sourceBefore, copyBefore] = [await historyOf(threadId), await historyOf(copy.id)];
      const goOn = (id: string): Promise<object> =>
        runOn(server.url, { assistantId: graphId, threadId: id, input: inputOf(graphId, 'three') });
      await goOn(copy.id);
      expect(await historyOf(threadId)).toEqual(sourceBefore);
      const copyAfter = await historyOf(copy.id);
      expect(copyAfter.length).toBeGreaterThan(copyBefore.length);
      await goOn(threadId);
      expect(await historyOf(copy.id)).toEqual(copyAfter);
      expect(fromServer(await historyOf(threadId))).toEqual(fromServer(copyAfter));
    });

    it('stays whole when its source is deleted, and the source when the copy is; neither leaves anything behind', async () => {
      const { threadId } = await runTwice(graphId);
      const copy = await copyThread(server.url, threadId);
      const other = await copyThread(server.url, copy.id);
      const expected = withoutRuns(await historyOf(threadId), threadId);
      await pruneThreads(server.url, [threadId]);
      expect(withoutRuns(await historyOf(copy.id), copy.id)).toEqual(expected);
      await pruneThreads(server.url, [copy.id]);
      expect(withoutRuns(await historyOf(other.id), other.id)).toEqual(expected);
      expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
    });
  },
);

describe('a copy of a paused thread', () => {
  const INBOX =
    'query ($id: ID!) { interrupts(filter: { threadId: $id }) { nodes { interruptId value threadId runId run { id } resolvedAt } } }';
  const inboxOf = async (id: string): Promise<readonly object[]> =>
    (await ask<{ interrupts: { nodes: object[] } }>(server.url, INBOX, { id })).interrupts.nodes;

  it('waits for what its source waits for, and for nothing that was answered; either is answered by itself', async () => {
    const { graph, config } = openReference('fan');
    await graph.invoke({}, config);
    const { threadId } = await runOn(server.url, { assistantId: 'fan', input: {} });
    const left = (await stateOf(threadId)).interrupts.find(({ value }) => value === 'left?')!;
    const asked = (await graph.getState(config)).tasks.find(({ name }) => name === 'left')!.interrupts[0]!;
    await graph.invoke(new Command({ resume: { [asked.id!]: 'L' } }), config);
    await runOn(server.url, { assistantId: 'fan', threadId, command: { resume: { [left.interruptId]: 'L' } } });

    const copy = await copyThread(server.url, threadId);
    expect(copy).toMatchObject({ status: 'INTERRUPTED', interrupts: [{ value: 'right?', runId: null }] });
    expect(await inboxOf(copy.id)).toMatchObject([{ value: 'right?', threadId: copy.id, runId: null, run: null, resolvedAt: null }]);

    await graph.invoke(new Command({ resume: 'R' }), config);
    await runOn(server.url, { assistantId: 'fan', threadId: copy.id, command: { resume: 'R' } });
    expect(fromServer([await stateOf(copy.id)])).toEqual(fromSnapshots([await graph.getState(config)]));
    expect(await inboxOf(copy.id)).toEqual([]);
    expect(await inboxOf(threadId)).toMatchObject([{ value: 'right?', threadId }]);
    await runOn(server.url, { assistantId: 'fan', threadId, command: { resume: 'R' } });
    expect(fromServer(await historyOf(threadId))).toEqual(fromServer(await historyOf(copy.id)));
  });

  it('asks the second question of a node whose first one was answered, and that one alone', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'twice', input: {} });
    await runOn(server.url, { assistantId: 'twice', threadId, command: { resume: 'A' } });
    const copy = await copyThread(server.url, threadId);
    expect(copy.interrupts).toMatchObject([{ value: 'second?' }]);
    await runOn(server.url, { assistantId: 'twice', threadId: copy.id, command: { resume: 'B' } });
    expect((await stateOf(copy.id)).values).toEqual({ steps: ['A, B', 'done'] });
    const again = await copyThread(server.url, copy.id);
    expect(again).toMatchObject({ status: 'IDLE', interrupts: [], values: { steps: ['A, B', 'done'] } });
  });

  it('tells of answered questions when they were answered', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    await runOn(server.url, { assistantId: 'review', threadId, command: { resume: 'yes' } });
    const copy = await copyThread(server.url, threadId);
    const query = `query ($id: ID!) { thread(id: $id) { history { nodes { tasks { interrupts { value resolvedAt } } } } } }`;
    const of = (id: string): Promise<{ thread: object }> => ask<{ thread: object }>(server.url, query, { id });
    expect(await of(copy.id)).toEqual(await of(threadId));
    expect(JSON.stringify(await of(copy.id))).toMatch(/"approve\?","resolvedAt":"/);
  });
});

describe('a copy of a thread with an active run', () => {
  const startRun = async (input: object): Promise<{ id: string; threadId: string }> => {
    const query = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId } } }';
    return (await ask<{ createRun: { run: { id: string; threadId: string } } }>(server.url, query, { input })).createRun.run;
  };

  it('is what is written at that moment: it waits before the step under way, and may be changed while the run goes on', async () => {
    const { id, threadId } = await startRun({ assistantId: 'slow', streamModes: ['CUSTOM'], input: { steps: 1, delayMs: 600_000 } });
    for await (const { __typename } of followEvents(server.url, id)) if (__typename === 'RunCustomEvent') break;
    const copy = await copyThread(server.url, threadId);
    expect(copy).toMatchObject({ status: 'INTERRUPTED', runs: { nodes: [] }, values: { steps: 1, delayMs: 600_000, done: [] } });
    expect(await stateOf(copy.id)).toMatchObject({ next: ['step'] });
    const { thread } = await updateState(server.url, copy.id, { values: { done: [7] }, asNode: 'step' });
    expect(thread).toMatchObject({ status: 'IDLE', values: { done: [7] } });
    expect(await readThread(server.url, threadId)).toMatchObject({ status: 'BUSY', runs: { nodes: [{ id }] } });
  });

  it('has the values that its newest checkpoint has, not those of before the run', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'stuck', input: {} });
    const { id } = await startRun({
      assistantId: 'stuck',
      threadId,
      streamModes: ['CUSTOM'],
      command: { update: { steps: ['more'] }, resume: 'yes' },
    });
    for await (const { __typename } of followEvents(server.url, id)) if (__typename === 'RunCustomEvent') break;
    const copy = await copyThread(server.url, threadId);
    const state = await stateOf(copy.id);
    expect(copy.values).toEqual(state.values);
    expect(copy.values).not.toEqual((await readThread(server.url, threadId)).values);
    expect(copy.interrupts.map(({ value }) => value)).toEqual(state.interrupts.map(({ value }) => value));
  });

  it('that has not begun is as empty as its source', async () => {
    const { id: threadId } = await createThread(server.url, { graphId: 'review' });
    const { prisma } = server.app.deps.database;
    const row = { id: randomUUID(), tenantId: 'default', threadId, assistantId: ABSENT, graphId: 'review', metadata: {}, inputDigest: '' };
    await prisma.run.create({ data: { ...row, availableAt: new Date('2100-01-01') } });
    await prisma.thread.update({ where: { id: threadId }, data: { status: 'BUSY' } });
    expect(await copyThread(server.url, threadId)).toMatchObject({ status: 'IDLE', values: null, stateUpdatedAt: null });
  });

  it('is not made when its state cannot be read; then nothing is', async () => {
    const { threadId } = await startRun({ assistantId: 'slow', input: { steps: 1, delayMs: 600_000 } });
    const { graphs, database } = server.app.deps;
    const failing: Graphs = { ...graphs, openState: async () => ({ read: () => Promise.reject(new Error('unreadable')) }) };
    const door = await server.openDoor({}, { graphs: failing });
    const before = await database.prisma.thread.count();
    expect(codesOf(await send(door.url, COPY_THREAD, { id: threadId }))).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(await database.prisma.thread.count()).toBe(before);
    await door.stop();
  });
});

describe('copyThread', () => {
  it('begins a log of its own, which tells the state and the status', async () => {
    const logOf = (threadId: string) =>
      server.app.deps.database.prisma.runEvent.findMany({
        where: { threadId },
        orderBy: { seq: 'asc' },
        select: { seq: true, kind: true, data: true, runId: true },
      });
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    const copy = await copyThread(server.url, threadId);
    const { checkpointId } = (await stateOf(threadId)).checkpoint;
    expect(await logOf(copy.id)).toEqual([
      { seq: 1, kind: 'THREAD_STATE', data: { checkpoint_id: checkpointId }, runId: null },
      { seq: 2, kind: 'THREAD_STATUS', data: { status: 'INTERRUPTED' }, runId: null },
    ]);
    await runOn(server.url, { assistantId: 'review', threadId: copy.id, command: { resume: 'yes' } });
    expect((await logOf(copy.id)).map(({ seq }) => seq)).toEqual((await logOf(copy.id)).map((_, index) => index + 1));
  });

  it('copies a thread without any state', async () => {
    const { id } = await createThread(server.url, { metadata: { owner: 'ann' } });
    const copy = await copyThread(server.url, id);
    expect(copy).toMatchObject({ status: 'IDLE', metadata: { owner: 'ann' }, values: null, stateUpdatedAt: null, expiresAt: null });
    expect(await server.app.deps.database.prisma.runEvent.count({ where: { threadId: copy.id } })).toBe(0);
  });

  it('gives the copy the same time to live, counted anew', async () => {
    const { id } = await createThread(server.url, { ttlMinutes: 30 });
    await server.app.deps.database.prisma.thread.update({ where: { id }, data: { expiresAt: new Date(0) } });
    const copy = await copyThread(server.url, id);
    expect(Date.parse(copy.expiresAt!) - Date.parse(copy.createdAt)).toBe(30 * 60_000);
  });

  it('of a thread made for a stateless run gives one that stays', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'chat', onCompletion: 'DELETE', input: inputOf('chat', 'one') });
    const copy = await copyThread(server.url, threadId);
    expect(copy.expiresAt).toBeNull();
    const { threads } = await ask<{ threads: object }>(
      server.url,
      'query ($ids: [ID!]) { threads(filter: { ids: $ids }) { nodes { id } } }',
      {
        ids: [threadId, copy.id],
      },
    );
    expect(threads).toEqual({ nodes: [{ id: copy.id }] });
  });

  it('at once, many times, makes as many equal copies', async () => {
    const { threadId } = await runTwice('review');
    const copies = await Promise.all(Array.from({ length: 5 }, () => copyThread(server.url, threadId)));
    expect(new Set(copies.map(({ id }) => id)).size).toBe(5);
    for (const { id } of copies) expect(fromServer(await historyOf(id))).toEqual(fromServer(await historyOf(threadId)));
  });

  it.each([
    [ABSENT, 'THREAD_NOT_FOUND'],
    ['x', 'BAD_USER_INPUT'],
  ])('refuses the id %s with %s', async (id, code) => {
    expect(codesOf(await send(server.url, COPY_THREAD, { id }))).toEqual([code]);
  });
});
