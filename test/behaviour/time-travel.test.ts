import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesOf, collect, send } from '../support/client.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import {
  fromServer,
  fromSnapshots,
  openReference,
  readHistory,
  readState,
  runOn,
  type StateJson,
  updateState,
} from '../support/thread-states.js';

const ABSENT = '1f0a1fbc-0000-6376-8c2c-1b8e9a0a99bc';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

const historyOf = async (threadId: string): Promise<readonly StateJson[]> => (await readHistory(server.url, threadId)).nodes;
const textsOf = ({ values }: StateJson): string[] => (values['messages'] as { content: string }[]).map(({ content }) => content);

/** Two turns of a chat, on the server and by LangGraph itself. */
async function openChat() {
  const { graph, config } = openReference('chat');
  let threadId: string | undefined;
  for (const content of ['first', 'second']) {
    const input = { messages: [{ role: 'user', content, id: content }] };
    await graph.invoke(input, config);
    ({ threadId } = await runOn(server.url, { assistantId: 'chat', threadId, input }));
  }
  return { graph, config, threadId: threadId! };
}

describe('a run from an old checkpoint', () => {
  it('goes on from there as LangGraph does, and leaves the other branch in the history', async () => {
    const { graph, config, threadId } = await openChat();
    const before = await historyOf(threadId);
    const old = before.findIndex(({ next, metadata }) => next.includes('answer') && metadata['step'] === 0);
    const snapshots = await collect(graph.getStateHistory(config));
    await graph.invoke(null, snapshots[old]!.config);
    const { checkpointId } = before[old]!.checkpoint;
    await runOn(server.url, { assistantId: 'chat', threadId, checkpointId });

    const after = await historyOf(threadId);
    expect(fromServer(after)).toEqual(fromSnapshots(await collect(graph.getStateHistory(config))));
    expect(after.slice(-before.length)).toEqual(before);
    expect(textsOf((await readState(server.url, threadId))!)).toEqual(['first', 'You said: first']);
  });

  it('takes new input there', async () => {
    const { graph, config, threadId } = await openChat();
    const snapshots = await collect(graph.getStateHistory(config));
    const before = await historyOf(threadId);
    const end = before.findIndex(({ next, metadata }) => next.length === 0 && metadata['step'] === 1);
    const input = { messages: [{ role: 'user', content: 'other', id: 'other' }] };
    await graph.invoke(input, snapshots[end]!.config);
    await runOn(server.url, { assistantId: 'chat', threadId, input, checkpoint: { checkpointId: before[end]!.checkpoint.checkpointId } });
    expect(fromServer(await historyOf(threadId))).toEqual(fromSnapshots(await collect(graph.getStateHistory(config))));
    expect(textsOf((await readState(server.url, threadId))!)).toEqual(['first', 'You said: first', 'other', 'You said: other']);
  });

  it('asks again what was answered on the other branch', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    await runOn(server.url, { assistantId: 'review', threadId, command: { resume: 'yes' } });
    const drafted = (await historyOf(threadId)).find(({ next }) => next.includes('draft'))!;
    const { status } = await runOn(server.url, { assistantId: 'review', threadId, checkpointId: drafted.checkpoint.checkpointId });
    expect(status).toBe('INTERRUPTED');
    await runOn(server.url, { assistantId: 'review', threadId, command: { resume: 'no' } });
    const ends = (await historyOf(threadId)).filter(({ next }) => next.length === 0);
    expect(ends.map(({ values }) => values['steps'])).toEqual([
      ['draft', 'approve:no', 'send'],
      ['draft', 'approve:yes', 'send'],
    ]);
  });

  it('is refused where there is none, or where it is another thread’s, and nothing is queued', async () => {
    const { threadId } = await openChat();
    const other = await openChat();
    const { checkpointId } = (await historyOf(other.threadId))[0]!.checkpoint;
    const query = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id } } }';
    for (const id of [ABSENT, checkpointId]) {
      const answer = await send(server.url, query, { input: { assistantId: 'chat', threadId, checkpointId: id } });
      expect(codesOf(answer)).toEqual(['CHECKPOINT_NOT_FOUND']);
    }
    const { prisma } = server.app.deps.database;
    expect(await prisma.run.count({ where: { threadId, status: 'PENDING' } })).toBe(0);
    expect(await prisma.thread.findUnique({ where: { id: threadId } })).toMatchObject({ status: 'IDLE' });
  });
});

describe('a fork with an edited message', () => {
  it('is answered anew; both branches stay in the history, and their parents make a tree', async () => {
    const { graph, config, threadId } = await openChat();
    const before = await historyOf(threadId);
    const snapshots = await collect(graph.getStateHistory(config));
    // The second-last checkpoint: the question stands, the answer does not.
    const edited = { messages: [{ role: 'user', content: 'edited', id: 'second' }] };
    await graph.invoke(null, await graph.updateState(snapshots[1]!.config, edited, '__start__'));
    const fork = await updateState(server.url, threadId, {
      values: edited,
      asNode: '__start__',
      checkpointId: before[1]!.checkpoint.checkpointId,
    });
    expect(fork).toMatchObject({ thread: { status: 'INTERRUPTED' }, state: { next: ['answer'] } });
    await runOn(server.url, { assistantId: 'chat', threadId, input: null, checkpointId: fork.checkpoint.checkpointId });

    const after = await historyOf(threadId);
    expect(fromServer(after)).toEqual(fromSnapshots(await collect(graph.getStateHistory(config))));
    expect(textsOf(after[0]!)).toEqual(['first', 'You said: first', 'edited', 'You said: edited']);
    expect(after.slice(-before.length)).toEqual(before);
    const parents = new Map(after.map(({ checkpoint, parentCheckpoint }) => [checkpoint.checkpointId, parentCheckpoint?.checkpointId]));
    expect(parents.get(fork.checkpoint.checkpointId)).toBe(before[1]!.checkpoint.checkpointId);
    expect(parents.get(before[0]!.checkpoint.checkpointId)).toBe(before[1]!.checkpoint.checkpointId);
    expect([...parents.values()].filter((parent) => parent === undefined)).toHaveLength(1);
  });

  it('without the id of a known message is longer by one', async () => {
    const { threadId } = await openChat();
    const { state } = await updateState(server.url, threadId, {
      values: { messages: [{ role: 'user', content: 'appended' }] },
      asNode: '__start__',
    });
    expect(textsOf(state)).toEqual(['first', 'You said: first', 'second', 'You said: second', 'appended']);
  });

  it('stores of a long list only what was added', async () => {
    const long = 'x'.repeat(100_000);
    const { threadId } = await runOn(server.url, { assistantId: 'chat', input: { messages: [{ role: 'user', content: long }] } });
    await updateState(server.url, threadId, { values: { messages: [{ role: 'user', content: 'short' }] }, asNode: '__start__' });
    const blobs = await server.app.deps.database.prisma.checkpointBlob.findMany({ where: { threadId, channel: 'messages' } });
    expect(blobs.filter(({ blob }) => blob.length > 100_000).length).toBeLessThanOrEqual(2);
    expect(blobs.some(({ blob, baseVersion }) => baseVersion !== null && blob.length < 1_000)).toBe(true);
  });
});
