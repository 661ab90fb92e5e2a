import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toWire } from '../../src/langgraph/events/wire.js';
import { ask, codesOf, collect, send } from '../support/client.js';
import { withNumberedIds } from '../support/graph-calls.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import {
  fromServer,
  fromSnapshots,
  type GraphId,
  openReference,
  readHistory,
  readState,
  runOn,
  UPDATE_STATE,
  updateState,
} from '../support/thread-states.js';

const ABSENT = '1f0a1fbc-0000-6376-8c2c-1b8e9a0a99bc';
const hello = { messages: [{ role: 'user', content: 'Hello', id: 'question' }] };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

/** One graph on the server and by LangGraph itself, after the same run. */
async function openBoth(graphId: GraphId, input: object) {
  const { graph, config } = openReference(graphId);
  await graph.invoke(input, config).catch(() => null);
  const { threadId } = await runOn(server.url, { assistantId: graphId, input });
  return {
    graph,
    config,
    threadId,
    /** Applies the same update to both, upon the `back`th newest checkpoint (0: the latest, unnamed). */
    async update(values: unknown, asNode: string | undefined, back = 0) {
      const [snapshots, { nodes }] = [await collect(graph.getStateHistory(config)), await readHistory(server.url, threadId)];
      await graph.updateState(back === 0 ? config : snapshots[back]!.config, values, asNode);
      return updateState(server.url, threadId, {
        values,
        asNode,
        ...(back > 0 && { checkpointId: nodes[back]!.checkpoint.checkpointId }),
      });
    },
    async expectEqual() {
      const { nodes } = await readHistory(server.url, threadId);
      expect(fromServer(nodes)).toEqual(fromSnapshots(await collect(graph.getStateHistory(config))));
      expect(fromServer([(await readState(server.url, threadId))!])).toEqual(fromSnapshots([await graph.getState(config)]));
    },
  };
}

describe('updateThreadState does what LangGraph does', () => {
  it.each<[string, GraphId, object, unknown, string | undefined, number]>([
    ['as the node that wrote last', 'chat', hello, { messages: [{ role: 'ai', content: 'More' }] }, undefined, 0],
    ['as a node that is named', 'review', {}, { steps: ['edited'] }, 'draft', 0],
    ['in place of a node that asks', 'review', {}, { steps: ['approved by hand'] }, 'approve', 0],
    [
      'with a message whose id is known',
      'chat',
      hello,
      { messages: [{ role: 'user', content: 'Edited', id: 'question' }] },
      '__start__',
      0,
    ],
    ['upon an old checkpoint', 'review', {}, { steps: ['forked'] }, 'draft', 1],
    ['as input', 'chat', hello, { messages: [{ role: 'user', content: 'Again', id: 'again' }] }, '__input__', 0],
    ['as __start__', 'review', {}, { steps: ['from the start'] }, '__start__', 0],
    ['as __end__ without values', 'review', {}, null, '__end__', 0],
    ['as __copy__ without values', 'review', {}, null, '__copy__', 0],
    ['as __copy__ of an old checkpoint', 'review', {}, null, '__copy__', 1],
    ['with nothing at all', 'review', {}, null, undefined, 0],
    ['with one of two answers', 'fan', {}, { steps: ['left by hand'] }, 'left', 0],
    ['after a failure', 'failing', {}, { steps: ['mended'] }, 'bad', 0],
  ])('%s', async (_how, graphId, input, values, asNode, back) => {
    const both = await openBoth(graphId, input);
    const { thread, state } = await both.update(values, asNode, back);
    await both.expectEqual();
    const latest = await both.graph.getState(both.config);
    expect(withNumberedIds(thread.values)).toEqual(withNumberedIds(toWire(latest.values)));
    expect(thread.status).toBe(latest.next.length > 0 ? 'INTERRUPTED' : 'IDLE');
    expect(state.metadata['source']).toBe(latest.metadata?.source);
  });

  it('in a subgraph', async () => {
    const both = await openBoth('nested', {});
    const { graph, config, threadId } = both;
    const outer = (await graph.getState(config)).tasks[0]!.state as { configurable: { checkpoint_ns: string } };
    const inner = (await graph.getState({ configurable: { ...config.configurable, ...outer.configurable } })).tasks[0]!
      .state as typeof outer;
    await graph.updateState({ configurable: { ...config.configurable, ...inner.configurable } }, { steps: ['by hand'] }, 'ask');
    const outerPlace = (await readState(server.url, threadId))!.tasks[0]!.checkpoint!;
    const innerPlace = (await readState(server.url, threadId, { checkpoint: outerPlace }))!.tasks[0]!.checkpoint!;
    const { checkpoint, thread } = await updateState(server.url, threadId, {
      checkpoint: { checkpointNs: innerPlace.checkpointNs },
      values: { steps: ['by hand'] },
      asNode: 'ask',
    });
    expect(checkpoint.checkpointNs).toBe(innerPlace.checkpointNs);
    expect(thread).toMatchObject({ status: 'INTERRUPTED', values: { steps: ['before'] } });
    expect(fromServer([(await readState(server.url, threadId, { subgraphs: true }))!])).toEqual(
      fromSnapshots([await graph.getState(config, { subgraphs: true })]),
    );
  });

  it('on a thread that has a graph and no run yet', async () => {
    const { graph, config } = openReference('chat');
    await graph.updateState(config, hello, 'answer');
    const { createThread } = await ask<{ createThread: { thread: { id: string } } }>(
      server.url,
      'mutation { createThread(input: { graphId: "chat" }) { thread { id } } }',
    );
    const { thread } = await updateState(server.url, createThread.thread.id, { values: hello, asNode: 'answer' });
    expect(thread.stateUpdatedAt).not.toBeNull();
    expect(fromServer([(await readState(server.url, createThread.thread.id))!])).toEqual(fromSnapshots([await graph.getState(config)]));
  });
});

describe('afterwards', () => {
  it('the interrupts that the update answered are resolved', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    const before = (await readState(server.url, threadId))!;
    const { thread, state } = await updateState(server.url, threadId, { values: { steps: ['ok'] }, asNode: 'approve' });
    expect(thread).toMatchObject({ status: 'INTERRUPTED', interrupts: [] });
    expect(state).toMatchObject({ next: ['send'], interrupts: [], parentCheckpoint: { checkpointId: before.checkpoint.checkpointId } });
    const query = `query ($id: ID!, $at: CheckpointInput) { thread(id: $id) { state(checkpoint: $at) { tasks { interrupts { value resolvedAt } } } } }`;
    const { checkpointId } = before.checkpoint;
    const { thread: old } = await ask<{ thread: object }>(server.url, query, { id: threadId, at: { checkpointId } });
    expect(old).toEqual({ state: { tasks: [{ interrupts: [{ value: 'approve?', resolvedAt: expect.any(String) as string }] }] } });
    await runOn(server.url, { assistantId: 'review', threadId });
    expect(await readState(server.url, threadId)).toMatchObject({ values: { steps: ['draft', 'ok', 'send'] }, next: [] });
  });

  it("the thread's log tells the new state, and its status when that changed", async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    const events = () => server.app.deps.database.prisma.runEvent.findMany({ where: { threadId }, orderBy: { seq: 'asc' } });
    const before = await events();
    const first = await updateState(server.url, threadId, { values: { steps: ['ok'] }, asNode: 'approve' });
    const second = await updateState(server.url, threadId, { values: { steps: ['sent'] }, asNode: 'send' });
    const added = (await events()).slice(before.length);
    expect(added.map(({ seq, kind, data, runId }) => [seq - before.length, kind, data, runId])).toEqual([
      [1, 'THREAD_STATE', { checkpoint_id: first.checkpoint.checkpointId }, null],
      [2, 'THREAD_STATE', { checkpoint_id: second.checkpoint.checkpointId }, null],
      [3, 'THREAD_STATUS', { status: 'IDLE' }, null],
    ]);
  });
});

describe('a state update is refused, and the thread stays as it was,', () => {
  const refuse = async (threadId: string, input: object) => {
    const rows = async () => {
      const { prisma } = server.app.deps.database;
      const where = { threadId };
      return Promise.all([
        prisma.checkpoint.count({ where }),
        prisma.checkpointBlob.count({ where }),
        prisma.checkpointWrite.count({ where }),
        prisma.runEvent.count({ where }),
        prisma.thread.findUnique({ where: { id: threadId }, include: { state: true, interrupts: true } }),
      ]);
    };
    const before = await rows();
    const answer = await send(server.url, UPDATE_STATE, { threadId, input });
    expect(await rows()).toEqual(before);
    return answer;
  };

  it.each<[string, GraphId, object, string, RegExp]>([
    ['a node that does not exist', 'review', { values: {}, asNode: 'nobody' }, 'INVALID_STATE_UPDATE', /^Node "nobody" does not exist$/],
    ['values that are none of the graph', 'review', { values: 5, asNode: 'draft' }, 'INVALID_STATE_UPDATE', /./],
    ['values that a reducer refuses', 'chat', { values: { messages: [{ type: 'remove', id: 'x' }] } }, 'INVALID_STATE_UPDATE', /./],
    ['a checkpoint that does not exist', 'review', { values: {}, checkpointId: ABSENT }, 'CHECKPOINT_NOT_FOUND', /does not exist/],
    ['a namespace without one', 'review', { values: {}, checkpoint: { checkpointNs: 'no:1' } }, 'CHECKPOINT_NOT_FOUND', /./],
    ['another latest checkpoint', 'review', { values: {}, expectedCheckpointId: ABSENT }, 'CHECKPOINT_CONFLICT', /latest/],
    ['an id that is none', 'review', { values: {}, checkpointId: 'x' }, 'BAD_USER_INPUT', /UUID/],
    ['two places', 'review', { checkpoint: {}, checkpointId: ABSENT }, 'BAD_USER_INPUT', /combined/],
  ])('for %s', async (_fault, graphId, input, code, message) => {
    const { threadId } = await runOn(server.url, { assistantId: graphId, input: graphId === 'chat' ? hello : {} });
    const answer = await refuse(threadId, input);
    expect(codesOf(answer)).toEqual([code]);
    expect(answer.errors?.[0]?.message).toMatch(message);
  });

  it('for want of a node, when two wrote last', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'fan', input: {} });
    await runOn(server.url, { assistantId: 'fan', threadId, command: { resume: 'yes' } });
    const { nodes } = await readHistory(server.url, threadId);
    const { checkpointId } = nodes.find(({ next }) => next.includes('join'))!.checkpoint;
    const answer = await refuse(threadId, { values: { steps: ['x'] }, checkpointId });
    expect(codesOf(answer)).toEqual(['INVALID_STATE_UPDATE']);
    expect(answer.errors?.[0]?.message).toMatch(/^Ambiguous update, specify "asNode"/);
  });

  it('for a checkpoint of another thread', async () => {
    const [mine, other] = [
      await runOn(server.url, { assistantId: 'review', input: {} }),
      await runOn(server.url, { assistantId: 'review', input: {} }),
    ];
    const { checkpointId } = (await readState(server.url, other.threadId))!.checkpoint;
    expect(codesOf(await refuse(mine.threadId, { values: {}, asNode: 'draft', checkpointId }))).toEqual(['CHECKPOINT_NOT_FOUND']);
  });

  it('while a run is active', async () => {
    const { createRun } = await ask<{ createRun: { run: { id: string; threadId: string } } }>(
      server.url,
      'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId } } }',
      { input: { assistantId: 'slow', input: { steps: 1, delayMs: 600_000 } } },
    );
    const { id: activeRunId, threadId } = createRun.run;
    const answer = await send(server.url, UPDATE_STATE, { threadId, input: { values: { done: [7] }, asNode: 'step' } });
    expect(codesOf(answer)).toEqual(['THREAD_BUSY']);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ threadId, activeRunId });
  });

  it('without a thread, and without a graph', async () => {
    expect(codesOf(await send(server.url, UPDATE_STATE, { threadId: ABSENT, input: {} }))).toEqual(['THREAD_NOT_FOUND']);
    const { createThread } = await ask<{ createThread: { thread: { id: string } } }>(
      server.url,
      'mutation { createThread { thread { id } } }',
    );
    expect(codesOf(await refuse(createThread.thread.id, { values: {} }))).toEqual(['INVALID_STATE_UPDATE']);
  });
});

describe('updates at once', () => {
  it('all count, each laid upon the one before', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => updateState(server.url, threadId, { values: { steps: [name] }, asNode: 'draft' })));
    const { steps } = (await readState(server.url, threadId))!.values as { steps: string[] };
    expect(steps.slice(1).sort()).toEqual(names);
  });

  it('that expect the same checkpoint succeed once', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    const expectedCheckpointId = (await readState(server.url, threadId))!.checkpoint.checkpointId;
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        send(server.url, UPDATE_STATE, { threadId, input: { values: { steps: [name] }, asNode: 'draft', expectedCheckpointId } }),
      ),
    );
    expect(answers.flatMap(codesOf)).toEqual(['CHECKPOINT_CONFLICT', 'CHECKPOINT_CONFLICT']);
  });
});
