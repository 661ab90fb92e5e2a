import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, codesOf, collect, send } from '../support/client.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { fromServer, fromSnapshots, openReference, readHistory, readState, runOn, type StateJson } from '../support/thread-states.js';

const ABSENT = '1f0a1fbc-0000-6376-8c2c-1b8e9a0a99bc';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

const stateOf = async (threadId: string, options: object = {}): Promise<StateJson> => (await readState(server.url, threadId, options))!;

describe.each(['chat', 'review', 'nested', 'fan', 'failing'] as const)('the state of a thread that ran graph %s', (graphId) => {
  const input = graphId === 'chat' ? { messages: [{ role: 'user', content: 'Hello' }] } : { steps: ['in'] };
  const open = async () => {
    const reference = openReference(graphId);
    await reference.graph.invoke(input, reference.config).catch(() => null);
    return { ...reference, ...(await runOn(server.url, { assistantId: graphId, input })) };
  };

  it('is what LangGraph itself says, with its subgraphs and without', async () => {
    const { graph, config, threadId } = await open();
    for (const subgraphs of [false, true]) {
      const expected = await graph.getState(config, { subgraphs });
      expect(fromServer([await stateOf(threadId, { subgraphs })])).toEqual(fromSnapshots([expected]));
    }
  });

  it('has the history that LangGraph itself tells, each entry of which is the state at its checkpoint', async () => {
    const { graph, config, threadId } = await open();
    const snapshots = await collect(graph.getStateHistory(config));
    const { nodes } = await readHistory(server.url, threadId);
    expect(fromServer(nodes)).toEqual(fromSnapshots(snapshots));
    for (const node of nodes) {
      const { checkpointId, checkpointNs } = node.checkpoint;
      expect(await stateOf(threadId, { checkpoint: { checkpointId, checkpointNs } })).toEqual(node);
    }
  });
});

describe('Thread.state', () => {
  it('of a graph that asked shows what waits, by whom it was asked and where, and later that it was answered', async () => {
    const { threadId, id } = await runOn(server.url, { assistantId: 'nested', input: {} });
    const before = await stateOf(threadId);
    expect(before.interrupts).toEqual([
      expect.objectContaining({ value: 'ask?', runId: id, threadId, resolvedAt: null, createdAt: expect.any(String) as string }),
    ]);
    expect(before.interrupts[0]?.namespace.map((part) => part.split(':')[0])).toEqual(['outer', 'deep']);
    const { thread } = await ask<{ thread: { interrupts: object[] } }>(
      server.url,
      'query ($id: ID!) { thread(id: $id) { interrupts { interruptId value namespace taskId runId threadId createdAt resolvedAt } } }',
      { id: threadId },
    );
    expect(thread.interrupts).toEqual(before.interrupts);

    await runOn(server.url, { assistantId: 'nested', threadId, command: { resume: 'yes' } });
    const { checkpointId } = before.checkpoint;
    const after = await stateOf(threadId, { checkpoint: { checkpointId } });
    expect(after.interrupts).toEqual([]);
    expect(after).toMatchObject({ checkpoint: before.checkpoint, parentCheckpoint: before.parentCheckpoint });
  });

  it('without subgraphs gives the checkpoint of each, by which the subgraph is read', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'nested', input: {} });
    const outer = await stateOf(threadId);
    const place = outer.tasks[0]!.checkpoint!;
    expect(outer.tasks[0]).toMatchObject({ name: 'outer', state: null });
    const inner = await stateOf(threadId, { checkpoint: { checkpointNs: place.checkpointNs } });
    expect(inner).toMatchObject({ next: ['deep'], checkpoint: { checkpointNs: place.checkpointNs } });
    const withSubgraphs = await stateOf(threadId, { subgraphs: true });
    expect(withSubgraphs.tasks[0]!.state).toMatchObject({ next: ['deep'], values: inner.values, checkpoint: inner.checkpoint });
    const { nodes } = await readHistory(server.url, threadId, { checkpoint: { checkpointNs: place.checkpointNs } });
    expect(nodes[0]!.checkpoint).toEqual(inner.checkpoint);
    expect(nodes.every(({ checkpoint }) => checkpoint.checkpointNs === place.checkpointNs)).toBe(true);
  });

  it('tells the error of a node that failed', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'failing', input: {} });
    expect((await stateOf(threadId)).tasks).toMatchObject([{ name: 'bad', errorMessage: 'this node never works' }]);
  });

  it('is told, and is what is copied, after a step whose results the graph refused to take together', async () => {
    const { threadId, status } = await runOn(server.url, { assistantId: 'clash', input: { steps: ['in'] } });
    expect(status).toBe('ERROR');
    const state = await stateOf(threadId);
    expect(state).toMatchObject({
      values: { steps: ['in'] },
      next: ['left', 'right'],
      tasks: [{ result: { choice: 'left' } }, { result: { choice: 'right' } }],
    });
    expect((await readHistory(server.url, threadId)).nodes[0]).toEqual(state);
    const query = 'mutation ($id: ID!) { copyThread(id: $id) { thread { status values state { values next } } } }';
    expect(await ask(server.url, query, { id: threadId })).toMatchObject({
      copyThread: {
        thread: { status: 'INTERRUPTED', values: { steps: ['in'] }, state: { values: { steps: ['in'] }, next: ['left', 'right'] } },
      },
    });
  });

  it('and the history are told after an update of a command that a reducer refused', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'chat', input: { messages: [{ role: 'user', content: 'Hello' }] } });
    const before = await readHistory(server.url, threadId);
    const update = { messages: [{ type: 'remove', id: 'nobody' }] };
    expect(await runOn(server.url, { assistantId: 'chat', threadId, command: { update } })).toMatchObject({ status: 'ERROR' });
    expect((await readHistory(server.url, threadId)).nodes).toEqual(before.nodes);
    expect(await stateOf(threadId)).toEqual(before.nodes[0]);
  });

  it('is null without a run, at a checkpoint that does not exist, and in a subgraph that the graph does not have', async () => {
    const { createThread } = await ask<{ createThread: { thread: { id: string } } }>(
      server.url,
      'mutation { createThread { thread { id state { next } history { nodes { next } } } } }',
    );
    expect(createThread.thread).toMatchObject({ state: null, history: { nodes: [] } });
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    const { checkpointId } = (await stateOf(threadId)).checkpoint;
    const other = await runOn(server.url, { assistantId: 'review', input: {} });
    expect(await readState(server.url, threadId, { checkpoint: { checkpointId: ABSENT } })).toBeNull();
    expect(await readState(server.url, other.threadId, { checkpoint: { checkpointId } })).toBeNull();
    expect(await readState(server.url, threadId, { checkpoint: { checkpointNs: 'nobody:1' } })).toBeNull();
  });

  it('refuses a checkpoint id that is none', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    const query = `query ($id: ID!) { thread(id: $id) { state(checkpoint: { checkpointId: "x" }) { next } } }`;
    expect(codesOf(await send(server.url, query, { id: threadId }))).toEqual(['BAD_USER_INPUT']);
  });

  it('has an id, typed messages, and single values by path', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'chat', input: { messages: [{ role: 'user', content: 'Hello' }] } });
    const { thread } = await ask<{ thread: { state: Record<string, unknown> & { checkpoint: { checkpointId: string } } } }>(
      server.url,
      `query ($id: ID!) { thread(id: $id) { state { id checkpoint { checkpointId } messages { role text } last: messages(last: 1) { text }
         answer: extract(path: "values.messages[-1].content") step: extract(path: "metadata.step") } } }`,
      { id: threadId },
    );
    expect(thread.state).toEqual({
      id: `${threadId}//${thread.state.checkpoint.checkpointId}`,
      checkpoint: thread.state.checkpoint,
      messages: [
        { role: 'HUMAN', text: 'Hello' },
        { role: 'AI', text: 'You said: Hello' },
      ],
      last: [{ text: 'You said: Hello' }],
      answer: 'You said: Hello',
      step: 1,
    });
  });
});

describe('Thread.history', () => {
  const say = (threadId: string | undefined, content: string) =>
    runOn(server.url, { assistantId: 'chat', threadId, input: { messages: [{ role: 'user', content }] } });

  async function chatOf(turns: number): Promise<string> {
    const { threadId } = await say(undefined, 'turn 1');
    for (let turn = 2; turn <= turns; turn += 1) await say(threadId, `turn ${turn}`);
    return threadId;
  }

  it('comes page by page without loss, also when the thread grows meanwhile, ten at a time unless asked otherwise', async () => {
    const threadId = await chatOf(4);
    const { nodes: all } = await readHistory(server.url, threadId);
    expect(all).toHaveLength(12);
    const query = 'query ($id: ID!) { thread(id: $id) { history { nodes { next } pageInfo { hasNextPage } } } }';
    const { thread } = await ask<{ thread: { history: { nodes: object[] } } }>(server.url, query, { id: threadId });
    expect(thread.history).toMatchObject({ pageInfo: { hasNextPage: true }, nodes: { length: 10 } });

    const first = await readHistory(server.url, threadId, { first: 5 });
    await say(threadId, 'one more');
    const second = await readHistory(server.url, threadId, { first: 5, after: first.pageInfo.endCursor });
    const third = await readHistory(server.url, threadId, { first: 5, after: second.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes, ...third.nodes]).toEqual(all);
    expect([first, second, third].map(({ pageInfo }) => [pageInfo.hasPreviousPage, pageInfo.hasNextPage])).toEqual([
      [false, true],
      [true, true],
      [true, false],
    ]);
  });

  it('begins with the checkpoint that is named, page by page too', async () => {
    const threadId = await chatOf(2);
    const { nodes: all } = await readHistory(server.url, threadId);
    const checkpoint = { checkpointId: all[2]!.checkpoint.checkpointId };
    expect((await readHistory(server.url, threadId, { checkpoint })).nodes).toEqual(all.slice(2));
    const first = await readHistory(server.url, threadId, { checkpoint, first: 1 });
    const rest = await readHistory(server.url, threadId, { checkpoint, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...rest.nodes]).toEqual(all.slice(2));
  });

  it('is filtered by the metadata of the checkpoints', async () => {
    const threadId = await chatOf(2);
    const { nodes: all } = await readHistory(server.url, threadId);
    const { nodes } = await readHistory(server.url, threadId, { metadata: { source: 'input' } });
    expect(nodes).toEqual(all.filter(({ metadata }) => metadata['source'] === 'input'));
    expect(nodes).toHaveLength(2);
  });

  it('refuses a cursor that is none of its own, and a page that is too long', async () => {
    const threadId = await chatOf(1);
    for (const argument of ['after: "nonsense"', 'first: 101', 'first: -1']) {
      const query = `query ($id: ID!) { thread(id: $id) { history(${argument}) { nodes { next } } } }`;
      expect(codesOf(await send(server.url, query, { id: threadId }))).toEqual(['BAD_USER_INPUT']);
    }
  });
});
