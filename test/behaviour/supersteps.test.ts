import { randomUUID } from 'node:crypto';
import { Command, Send } from '@langchain/langgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toWire } from '../../src/langgraph/events/wire.js';
import { codesOf, collect, send } from '../support/client.js';
import { withNumberedIds } from '../support/graph-calls.js';
import { countOrphans, NO_ORPHANS } from '../support/orphans.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import {
  copyThread,
  createThread,
  fromServer,
  fromSnapshots,
  type GraphId,
  openReference,
  readHistory,
  readState,
  readThread,
  runOn,
} from '../support/thread-states.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

interface Update {
  readonly values?: unknown;
  readonly command?: { readonly update?: unknown; readonly resume?: unknown; readonly goto?: readonly { node: string; input?: unknown }[] };
  readonly asNode: string;
}

const steps = (...names: string[]): object => ({ steps: names });
const human = (content: string): object => ({ messages: [{ role: 'user', content, id: content }] });
const ai = (content: string): object => ({ messages: [{ role: 'ai', content, id: `to ${content}` }] });

/** An update as LangGraph itself takes it. */
function toReference({ values = null, command, asNode }: Update): { values: unknown; asNode: string } {
  if (!command) return { values, asNode };
  const goto = command.goto?.map(({ node, input }) => (input === undefined ? node : new Send(node, input)));
  return { values: new Command({ ...command, ...(goto && { goto }) } as never), asNode };
}

const HISTORIES: readonly [string, GraphId, readonly (readonly Update[])[]][] = [
  [
    'a chat of two turns',
    'chat',
    [
      [{ values: human('one'), asNode: '__input__' }],
      [{ values: human('one'), asNode: '__start__' }],
      [{ values: ai('one'), asNode: 'answer' }],
      [{ values: human('two'), asNode: '__start__' }],
      [{ values: ai('two'), asNode: 'answer' }],
    ],
  ],
  [
    'nodes one after the other, up to one that waits',
    'review',
    [[{ values: steps('in'), asNode: '__start__' }], [{ values: steps('draft'), asNode: 'draft' }]],
  ],
  [
    'nodes in the same step',
    'fan',
    [
      [{ values: null, asNode: '__start__' }],
      [
        { values: steps('l'), asNode: 'left' },
        { values: steps('r'), asNode: 'right' },
      ],
    ],
  ],
  ['a subgraph passed over', 'nested', [[{ values: steps('b'), asNode: 'before' }], [{ values: steps('o'), asNode: 'outer' }]]],
  ['lists kept as deltas', 'ledger', [1, 2, 3, 4, 5].map((at) => [{ values: { often: [`e${at}`], seldom: [`s${at}`] }, asNode: 'book' }])],
  ['a list that its reducer changes in place', 'hoard', ['a', 'b', 'c'].map((name) => [{ values: steps(name), asNode: 'first' }])],
  ['a command with an update', 'review', [[{ command: { update: { steps: ['by command'] } }, asNode: 'draft' }]]],
  [
    'a command with pairs',
    'review',
    [
      [
        {
          command: {
            update: [
              ['steps', ['one']],
              ['steps', ['two']],
            ],
          },
          asNode: 'draft',
        },
      ],
    ],
  ],
  ['a command that jumps', 'review', [[{ command: { update: { steps: ['x'] }, goto: [{ node: 'send' }] }, asNode: 'draft' }]]],
  ['a command that jumps to no node', 'review', [[{ command: { goto: [{ node: 'nobody' }] }, asNode: 'draft' }]]],
  [
    'a command that sends',
    'review',
    [[{ command: { goto: [{ node: 'send', input: { steps: [] } }, { node: 'draft' }] }, asNode: 'draft' }]],
  ],
  ['a command that answers', 'review', [[{ values: steps('d'), asNode: 'draft' }], [{ command: { resume: 'yes' }, asNode: 'approve' }]]],
  [
    'a command beside values, of which it wins',
    'review',
    [[{ values: steps('v'), command: { update: { steps: ['c'] } }, asNode: 'draft' }]],
  ],
  ['the end without values', 'review', [[{ values: steps('d'), asNode: 'draft' }], [{ asNode: '__end__' }]]],
  [
    'a checkpoint copied',
    'review',
    [[{ values: steps('d'), asNode: 'draft' }], [{ asNode: '__copy__' }], [{ values: steps('a'), asNode: 'approve' }]],
  ],
];

describe.each(HISTORIES)('createThread with supersteps: %s', (_what, graphId, history) => {
  const supersteps = history.map((updates) => ({ updates }));
  const open = async () => {
    const { graph, config } = openReference(graphId);
    await graph.bulkUpdateState(
      config,
      history.map((updates) => ({ updates: updates.map(toReference) })),
    );
    return { graph, config, thread: await createThread(server.url, { graphId, supersteps }) };
  };

  it('leaves the state and the history that LangGraph leaves, one checkpoint for each', async () => {
    const { graph, config, thread } = await open();
    const { nodes } = await readHistory(server.url, thread.id);
    expect(nodes).toHaveLength(history.length);
    expect(fromServer(nodes)).toEqual(fromSnapshots(await collect(graph.getStateHistory(config))));
    const latest = await graph.getState(config);
    expect(fromServer([(await readState(server.url, thread.id))!])).toEqual(fromSnapshots([latest]));
    expect(withNumberedIds(thread.values)).toEqual(withNumberedIds(toWire(latest.values)));
    expect(thread.status).toBe(latest.next.length > 0 ? 'INTERRUPTED' : 'IDLE');
    expect(thread.metadata).toEqual({ graph_id: graphId });
    expect(thread.stateUpdatedAt).not.toBeNull();
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
  });

  it('goes on from there as LangGraph does, and so does a copy', async () => {
    const { graph, config, thread } = await open();
    const copy = await copyThread(server.url, thread.id);
    const input = graphId === 'chat' ? human('three') : graphId === 'ledger' ? { often: ['more'] } : steps('more');
    await graph.invoke(input, config);
    for (const { id } of [thread, copy]) {
      await runOn(server.url, { assistantId: graphId, threadId: id, input });
      expect(fromServer([(await readState(server.url, id, { subgraphs: true }))!])).toEqual(
        fromSnapshots([await graph.getState(config, { subgraphs: true })]),
      );
    }
  });
});

describe('createThread with supersteps', () => {
  const logOf = (threadId: string) =>
    server.app.deps.database.prisma.runEvent.findMany({
      where: { threadId },
      orderBy: { seq: 'asc' },
      select: { seq: true, kind: true, data: true },
    });

  it('tells the state, and a status other than IDLE, in the log of the thread', async () => {
    const { id } = await createThread(server.url, {
      graphId: 'review',
      supersteps: [{ updates: [{ values: steps('d'), asNode: 'draft' }] }],
    });
    const { checkpointId } = (await readState(server.url, id))!.checkpoint;
    expect(await logOf(id)).toEqual([
      { seq: 1, kind: 'THREAD_STATE', data: { checkpoint_id: checkpointId } },
      { seq: 2, kind: 'THREAD_STATUS', data: { status: 'INTERRUPTED' } },
    ]);
    const idle = await createThread(server.url, { graphId: 'review', supersteps: [{ updates: [{ values: steps('s'), asNode: 'send' }] }] });
    expect((await logOf(idle.id)).map(({ kind }) => kind)).toEqual(['THREAD_STATE']);
  });

  it('takes 1,000 of them, and is read at every one', async () => {
    const supersteps = Array.from({ length: 1_000 }, (_, at) => ({ updates: [{ values: steps(`step ${at}`), asNode: 'draft' }] }));
    const { id, storage } = await createThread(server.url, { graphId: 'review', supersteps });
    expect(storage.checkpointCount).toBe(1_000);
    for (const step of [0, 499, 999]) {
      const { nodes } = await readHistory(server.url, id, { metadata: { step } });
      expect(nodes.map(({ values }) => (values['steps'] as string[]).at(-1))).toEqual([`step ${step}`]);
    }
  });

  it('stores a list that grows as what was added', async () => {
    const supersteps = Array.from({ length: 60 }, (_, at) => ({
      updates: [{ values: human(`message ${at} ${'.'.repeat(400)}`), asNode: '__start__' }],
    }));
    const { storage } = await createThread(server.url, { graphId: 'chat', supersteps });
    expect(storage.checkpointBytes).toBeLessThan(6 * JSON.stringify(supersteps).length);
  });

  it('keeps id, metadata and time to live that were chosen', async () => {
    const id = randomUUID();
    const thread = await createThread(server.url, {
      id,
      graphId: 'review',
      metadata: { owner: 'ann' },
      ttlMinutes: 5,
      supersteps: [{ updates: [{ values: steps('d'), asNode: 'draft' }] }],
    });
    expect(thread).toMatchObject({ id, metadata: { owner: 'ann', graph_id: 'review' }, expiresAt: expect.any(String) as string });
  });

  it('on a taken id changes nothing: ALREADY_EXISTS, or the thread as it is, even when the supersteps could not be applied', async () => {
    const { id } = await createThread(server.url, {
      graphId: 'review',
      supersteps: [{ updates: [{ values: steps('d'), asNode: 'draft' }] }],
    });
    const before = await readHistory(server.url, id);
    const bad = [{ updates: [{ values: steps('x'), asNode: 'nobody' }] }];
    expect(await createThread(server.url, { id, graphId: 'review', ifExists: 'DO_NOTHING', supersteps: bad })).toEqual(
      await readThread(server.url, id),
    );
    const query = 'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id } } }';
    expect(codesOf(await send(server.url, query, { input: { id, graphId: 'review', supersteps: bad } }))).toEqual(['ALREADY_EXISTS']);
    expect(await readHistory(server.url, id)).toEqual(before);
  });

  it('at once with one id makes one thread with one history', async () => {
    const id = randomUUID();
    const input = { id, graphId: 'review', ifExists: 'DO_NOTHING', supersteps: [{ updates: [{ values: steps('d'), asNode: 'draft' }] }] };
    const threads = await Promise.all([1, 2, 3, 4].map(() => createThread(server.url, input)));
    expect(new Set(threads.map((thread) => thread.id))).toEqual(new Set([id]));
    expect((await readHistory(server.url, id)).nodes).toHaveLength(1);
    expect(threads.every(({ values }) => JSON.stringify(values) === '{"steps":["d"]}')).toBe(true);
  });

  it.each<[string, object, string, RegExp]>([
    [
      'an unknown node',
      { supersteps: [{ updates: [{ asNode: 'draft' }] }, { updates: [{ asNode: 'nobody' }] }] },
      'INVALID_STATE_UPDATE',
      /^Node "nobody" does not exist$/,
    ],
    ['values that are none of the graph', { supersteps: [{ updates: [{ values: 5, asNode: 'draft' }] }] }, 'INVALID_STATE_UPDATE', /./],
    [
      'values that a reducer refuses, after some that it takes',
      {
        graphId: 'chat',
        supersteps: [
          { updates: [{ values: human('one'), asNode: '__start__' }] },
          { updates: [{ values: { messages: [{ type: 'remove', id: 'nobody' }] }, asNode: 'answer' }] },
        ],
      },
      'INVALID_STATE_UPDATE',
      /./,
    ],
    [
      'a copy of nothing',
      { supersteps: [{ updates: [{ asNode: '__copy__' }] }] },
      'INVALID_STATE_UPDATE',
      /^Cannot copy a non-existent checkpoint/,
    ],
    ['no graph', { graphId: null, supersteps: [{ updates: [{ asNode: 'draft' }] }] }, 'BAD_USER_INPUT', /graphId/],
    ['an unknown graph', { graphId: 'nothing', supersteps: [{ updates: [{ asNode: 'draft' }] }] }, 'GRAPH_NOT_FOUND', /nothing/],
    ['no supersteps', { supersteps: [] }, 'BAD_USER_INPUT', /at least one superstep/],
    [
      'more than 1,000',
      { supersteps: Array.from({ length: 1_001 }, () => ({ updates: [{ asNode: 'draft' }] })) },
      'BAD_USER_INPUT',
      /at most 1000/,
    ],
    [
      'a superstep without updates',
      { supersteps: [{ updates: [{ asNode: 'draft' }] }, { updates: [] }] },
      'BAD_USER_INPUT',
      /supersteps\.1\.updates/,
    ],
    ['an empty command', { supersteps: [{ updates: [{ command: {}, asNode: 'draft' }] }] }, 'BAD_USER_INPUT', /updates\.0\.command/],
    [
      'a command whose update is none',
      { supersteps: [{ updates: [{ command: { update: 5 }, asNode: 'draft' }] }] },
      'BAD_USER_INPUT',
      /command\.update/,
    ],
  ])('refuses %s, and makes no thread', async (_fault, input, code, message) => {
    const { prisma } = server.app.deps.database;
    const before = await prisma.thread.count();
    const query = 'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id } } }';
    const answer = await send(server.url, query, { input: { id: randomUUID(), graphId: 'review', ...input } });
    expect(codesOf(answer)).toEqual([code]);
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(await prisma.thread.count()).toBe(before);
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
  });
});
