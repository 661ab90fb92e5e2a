import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deps } from '../../src/services/caller.js';
import { ask, codesOf, send } from '../support/client.js';
import { startTestServer, type TestServer } from '../support/server.js';

const ABSENT = '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc';
const AGENT = 'fe096781-5601-53d2-b2f6-0d3403f7e9ca';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** A text that matches. */
function like(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

interface Waited {
  readonly waitRun: { readonly run: { readonly id: string; readonly threadId: string } };
}

async function waitRun(input: object): Promise<{ id: string; threadId: string }> {
  const query = 'mutation ($input: CreateRunInput!) { waitRun(input: $input) { run { id threadId } } }';
  return (await ask<Waited>(server.url, query, { input })).waitRun.run;
}

const runTestAgent = (metadata: object = {}): Promise<{ id: string; threadId: string }> =>
  waitRun({ assistantId: 'test_agent', input: { bar: 'checked' }, metadata, onCompletion: 'KEEP', streamModes: ['VALUES', 'UPDATES'] });

describe('serverInfo and graphs', () => {
  it('tell what runs here', async () => {
    const { serverInfo, graphs } = await ask<{ serverInfo: object; graphs: object[] }>(
      server.url,
      '{ serverInfo { version langgraphVersion startedAt now queue { pending running slots oldestPendingSeconds } } graphs { id description defaultAssistant { id graphId name version metadata } } }',
    );
    expect(serverInfo).toMatchObject({
      version: like(/^\d+\.\d+\.\d+/),
      langgraphVersion: like(/^1\./),
      startedAt: like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      queue: { pending: 0, running: 0, slots: 10, oldestPendingSeconds: null },
    });
    expect(graphs).toContainEqual({
      id: 'agent',
      description: like(/^/),
      defaultAssistant: { id: AGENT, graphId: 'agent', name: 'agent', version: 1, metadata: { created_by: 'system' } },
    });
  });
});

describe('node and nodes', () => {
  it('find threads, runs and assistants by id', async () => {
    const { id, threadId } = await runTestAgent();
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const { nodes } = await ask<{ nodes: object[] }>(server.url, query, { ids: [AGENT, ABSENT, id, threadId] });
    expect(nodes).toEqual([
      { __typename: 'Assistant', id: AGENT },
      null,
      { __typename: 'Run', id },
      { __typename: 'Thread', id: threadId },
    ]);
    expect(await ask(server.url, `{ node(id: "${threadId.toUpperCase()}") { id } }`)).toEqual({ node: { id: threadId } });
  });
});

describe('an assistant', () => {
  it('is found by its id and by its graph', async () => {
    const query = `{ byId: assistant(id: "${AGENT}") { id } byGraph: assistant(id: "agent") { id } none: assistant(id: "nobody") { id } }`;
    expect(await ask(server.url, query)).toEqual({ byId: { id: AGENT }, byGraph: { id: AGENT }, none: null });
  });

  it('is listed by graph and by part of its name, in order, page by page', async () => {
    const list = 'assistants(orderBy: { field: NAME, direction: ASC }, first: 4';
    const first = await ask<{ assistants: { nodes: object[]; totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean } } }>(
      server.url,
      `{ ${list}) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(first.assistants).toMatchObject({
      totalCount: 7,
      nodes: [{ name: 'agent' }, { name: 'failing' }, { name: 'human_review' }, { name: 'slow' }],
      pageInfo: { hasNextPage: true },
    });
    const after = first.assistants.pageInfo.endCursor;
    const second = await ask(
      server.url,
      `query ($after: String) { ${list}, after: $after) { nodes { name } pageInfo { hasNextPage hasPreviousPage } } }`,
      { after },
    );
    expect(second).toEqual({
      assistants: {
        nodes: [{ name: 'supervisor' }, { name: 'task_maistro' }, { name: 'test_agent' }],
        pageInfo: { hasNextPage: false, hasPreviousPage: true },
      },
    });
    expect(await ask(server.url, '{ assistants(filter: { name: "AGENT", graphId: "test_agent" }) { nodes { name } } }')).toEqual({
      assistants: { nodes: [{ name: 'test_agent' }] },
    });
  });
});

describe('a thread', () => {
  it('shows its latest state: values, messages, one value by path', async () => {
    const { threadId } = await waitRun({
      assistantId: 'agent',
      input: { messages: [{ role: 'user', content: 'What is the weather in Bern?' }] },
      onCompletion: 'KEEP',
    });
    const { thread } = await ask<{
      thread: { messages: { text: string; role: string }[]; values: { messages: { content: unknown }[] }; answer: unknown };
    }>(
      server.url,
      `query ($id: ID!) { thread(id: $id) {
        status values answer: extract(path: "values.messages[-1].content") graph: extract(path: "metadata.graph_id") none: extract(path: "values.no.such")
        messages { messageId role text toolCalls { callId name args errorMessage } toolCallId usage { inputTokens outputTokens totalTokens } raw }
        last: messages(last: 1) { text } interrupts { interruptId } error { name } activeRun { id } config { tags recursionLimit configurable }
      } }`,
      { id: threadId },
    );
    expect(thread).toMatchObject({ status: 'IDLE', graph: 'agent', none: null, interrupts: [], error: null, activeRun: null });
    expect(thread.messages.map(({ role }) => role)).toEqual(['HUMAN', 'AI', 'TOOL', 'AI']);
    expect(thread.messages[1]).toMatchObject({ toolCalls: [{ name: like(/^/), args: expect.anything() as unknown, errorMessage: null }] });
    expect(thread).toMatchObject({ last: [{ text: thread.messages.at(-1)?.text }], answer: thread.values.messages.at(-1)?.content });
  });

  it('lists its own runs only, and by status', async () => {
    const { id, threadId } = await runTestAgent();
    await runTestAgent();
    const query =
      'query ($id: ID!) { thread(id: $id) { all: runs { totalCount nodes { id } } failed: runs(status: [ERROR]) { totalCount } } }';
    expect(await ask(server.url, query, { id: threadId })).toEqual({
      thread: { all: { totalCount: 1, nodes: [{ id }] }, failed: { totalCount: 0 } },
    });
  });

  it('shows what failed, and that is no GraphQL error', async () => {
    const { id, threadId } = await waitRun({ assistantId: 'failing', input: {}, onCompletion: 'KEEP' });
    const answer = await ask(
      server.url,
      'query ($id: ID!, $run: ID!) { thread(id: $id) { status error { name message } } run(id: $run) { status error { name message } } }',
      {
        id: threadId,
        run: id,
      },
    );
    const error = { name: like(/^/), message: like(/./) };
    expect(answer).toEqual({ thread: { status: 'ERROR', error }, run: { status: 'ERROR', error } });
  });
});

describe('a run', () => {
  it('shows what it was created with and what came of it', async () => {
    const { id, threadId } = await runTestAgent({ purpose: 'test' });
    const { run } = await ask<{ run: object }>(
      server.url,
      `query ($id: ID!) { run(id: $id) { threadId assistantId status metadata multitaskStrategy attempt thread { id } assistant { graphId }
        input config { tags recursionLimit configurable } context streamModes output error { name } kwargs createdAt updatedAt runAfter startedAt finishedAt } }`,
      { id },
    );
    expect(run).toMatchObject({
      threadId,
      status: 'SUCCESS',
      metadata: { purpose: 'test' },
      multitaskStrategy: 'REJECT',
      attempt: 1,
      thread: { id: threadId },
      assistant: { graphId: 'test_agent' },
      input: { bar: 'checked' },
      config: { configurable: { run_id: id, thread_id: threadId, graph_id: 'test_agent' } },
      streamModes: ['VALUES', 'UPDATES'],
      error: null,
      kwargs: {
        input: { bar: 'checked' },
        stream_mode: ['values', 'updates'],
        durability: 'async',
        config: { configurable: { run_id: id } },
      },
    });
  });

  it('tells every argument that it was created with', async () => {
    const create = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id kwargs } } }';
    const { createRun } = await ask<{ createRun: { run: { id: string; kwargs: object } } }>(server.url, create, {
      input: {
        ...{ assistantId: 'test_agent', input: { bar: 'checked' }, onCompletion: 'KEEP', onDisconnect: 'CANCEL', afterSeconds: 60 },
        ...{ webhook: 'https://example.com/hook', multitaskStrategy: 'ENQUEUE', ifNotExists: 'CREATE' },
      },
    });
    expect(createRun.run.kwargs).toMatchObject({
      ...{ multitask_strategy: 'enqueue', if_not_exists: 'create', on_completion: 'keep', on_disconnect: 'cancel', after_seconds: 60 },
      webhook: 'https://example.com/hook',
    });
    await ask(server.url, 'mutation ($id: ID!) { cancelRun(id: $id, action: ROLLBACK) { run { id } } }', { id: createRun.run.id });
  });

  it('has its events page by page, with the cursors of its subscription', async () => {
    const { id } = await runTestAgent();
    const query = `query ($id: ID!, $after: String) { run(id: $id) {
      events(first: 3, after: $after) { edges { cursor node { eventId seq } } pageInfo { hasNextPage endCursor } } } }`;
    interface Page {
      run: {
        events: {
          edges: { cursor: string; node: { eventId: string; seq: number } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    }
    const edges: Page['run']['events']['edges'][number][] = [];
    for (let after: string | null = null, more = true; more;) {
      const { run }: Page = await ask<Page>(server.url, query, { id, after });
      edges.push(...run.events.edges);
      ({ hasNextPage: more, endCursor: after } = run.events.pageInfo);
    }
    expect(edges.every(({ cursor, node }) => cursor === node.eventId)).toBe(true);
    const whole = await ask<{ run: { events: { nodes: { seq: number }[] } } }>(
      server.url,
      `{ run(id: "${id}") { events { nodes { seq } } } }`,
    );
    expect(edges.map(({ node }) => node.seq)).toEqual(whole.run.events.nodes.map(({ seq }) => seq));
  });

  it('is listed by metadata, thread and status, newest first', async () => {
    const first = await runTestAgent({ batch: { number: 7 } });
    const second = await runTestAgent({ batch: { number: 7 }, more: true });
    const query = 'query ($filter: RunFilter) { runs(filter: $filter) { totalCount nodes { id } } }';
    const metadata = { batch: { number: 7 } };
    expect(await ask(server.url, query, { filter: { metadata } })).toEqual({
      runs: { totalCount: 2, nodes: [{ id: second.id }, { id: first.id }] },
    });
    expect(await ask(server.url, query, { filter: { metadata, threadId: first.threadId } })).toMatchObject({
      runs: { nodes: [{ id: first.id }] },
    });
    expect(await ask(server.url, query, { filter: { metadata, status: ['ERROR'] } })).toMatchObject({ runs: { totalCount: 0 } });
    expect(await ask(server.url, query, { filter: { metadata, createdAfter: '2999-01-01T00:00:00Z' } })).toMatchObject({
      runs: { totalCount: 0 },
    });
  });
});

describe('a nested query', () => {
  it('costs as many statements for ten nodes as for two', async () => {
    for (let index = 0; index < 10; index += 1) await runTestAgent({ counted: true });
    const { deps, takeCount } = countStatements(server.app.deps);
    const door = await server.openDoor({}, deps);
    const query = `query ($first: Int) { runs(filter: { metadata: { counted: true } }, first: $first) { nodes {
      id input output config { tags } kwargs assistant { name }
      thread { values messages { text } error { name } interrupts { value thread { id } } activeRun { thread { id } } }
    } } }`;
    const counts: number[] = [];
    for (const first of [2, 10]) {
      const { runs } = await ask<{ runs: { nodes: object[] } }>(door.url, query, { first });
      expect(runs.nodes).toHaveLength(first);
      counts.push(takeCount());
    }
    expect(counts[1]).toBe(counts[0]);
    await door.stop();
  });

  it('counts a list only when its total is selected', async () => {
    const { deps, takeCount } = countStatements(server.app.deps);
    const door = await server.openDoor({}, deps);
    await ask(door.url, '{ threads { nodes { id } } }');
    const without = takeCount();
    await ask(door.url, '{ threads { nodes { id } totalCount } }');
    expect(takeCount()).toBe(without + 1);
    await door.stop();
  });
});

describe('bad input', () => {
  it.each([
    ['a malformed id', '{ thread(id: "x") { id } }', 'BAD_USER_INPUT'],
    ['a malformed id of a node', '{ node(id: "x") { id } }', 'BAD_USER_INPUT'],
    ['one malformed id of several', `{ nodes(ids: ["${ABSENT}", "x"]) { id } }`, 'BAD_USER_INPUT'],
    ['too long a page', '{ threads(first: 100000) { nodes { id } } }', 'BAD_USER_INPUT'],
    ['a negative page', '{ runs(last: -1) { nodes { id } } }', 'BAD_USER_INPUT'],
    ['both ends of a list at once', '{ runs(first: 1, last: 1) { nodes { id } } }', 'BAD_USER_INPUT'],
    ['a cursor that is none', '{ threads(after: "x") { nodes { id } } }', 'BAD_USER_INPUT'],
    ['a UUID literal that is none', 'mutation { createThread(input: { id: "x" }) { thread { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an instant that does not exist',
      '{ runs(filter: { createdAfter: "2026-02-30T00:00:00Z" }) { nodes { id } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an object that is a list', 'mutation { createThread(input: { metadata: [] }) { thread { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['U+0000 in a literal', 'mutation { createThread(input: { metadata: { a: "\\u0000" } }) { thread { id } } }', 'BAD_USER_INPUT'],
    [
      'a number beyond a double in a literal',
      'mutation { createThread(input: { metadata: { a: 1e999 } }) { thread { id } } }',
      'BAD_USER_INPUT',
    ],
    ['an unknown thread', `mutation { updateThread(id: "${ABSENT}", input: { metadata: {} }) { thread { id } } }`, 'THREAD_NOT_FOUND'],
    ['an unknown run', `mutation { joinRun(id: "${ABSENT}") { done } }`, 'RUN_NOT_FOUND'],
    ['an unknown assistant', 'mutation { createRun(input: { assistantId: "nobody" }) { run { id } } }', 'ASSISTANT_NOT_FOUND'],
    ['nesting without end', `{ ${'thread(id: "x") { runs { nodes { '.repeat(10)} id ${'} } } '.repeat(10)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'nested introspection',
      '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('%s is refused with its code', async (_what, query, code) => {
    const [first] = codesOf(await send(server.url, query));
    expect(first).toBe(code);
  });

  it.each([
    ['a UUID', { id: 'x' }, ['input', 'id']],
    ['an unknown field', { nope: 1 }, ['input']],
    ['U+0000', { metadata: { a: [1, 'x\u0000'] } }, ['input', 'metadata', 'a', 1]],
    ['half a surrogate pair', { metadata: { a: '\ud800' } }, ['input', 'metadata', 'a']],
    ['a list for an object', { metadata: [] }, ['input', 'metadata']],
  ])('a variable that holds %s is refused, and the issue names its place', async (_what, input, path) => {
    const answer = await send(server.url, 'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id } } }', {
      input,
    });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', status: 422, retryable: false, issues: [{ path }] } }]);
  });

  it('a variable that is missing is named', async () => {
    const answer = await send(server.url, 'query ($id: ID!) { thread(id: $id) { id } }');
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['id'], message: like(/ID!/) }] } }]);
  });

  it('too deep a value is refused before anything overflows', async () => {
    const metadata = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as object;
    const body = `{"query":"mutation ($m: JSONObject) { createThread(input: { metadata: $m }) { thread { id } } }","variables":{"m":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}}`;
    expect(metadata).toBeDefined();
    const response = await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(codesOf((await response.json()) as never)).toEqual(['BAD_USER_INPUT']);
  });

  it('any other JSON is read back as it was sent', async () => {
    const metadata = { 'a.b': '😀\u0001\u001f\u007f', '': [null, true, -0.5, 1e300, { deep: [[]] }], __proto: 1, é: 'ß' };
    const query = 'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id metadata } } }';
    const { createThread } = await ask<{ createThread: { thread: { id: string; metadata: object } } }>(server.url, query, {
      input: { metadata },
    });
    expect(createThread.thread.metadata).toEqual(metadata);
    expect(await ask(server.url, `{ thread(id: "${createThread.thread.id}") { metadata } }`)).toEqual({ thread: { metadata } });
  });
});

/** The same rooms over a database whose statements are counted. */
function countStatements(deps: Deps): { deps: Partial<Deps>; takeCount: () => number } {
  let count = 0;
  const prisma = deps.database.prisma.$extends({
    query: {
      $allOperations({ args, query }) {
        count += 1;
        return query(args);
      },
    },
  });
  return {
    deps: { database: { ...deps.database, prisma: prisma as unknown as Deps['database']['prisma'] } },
    takeCount() {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}
