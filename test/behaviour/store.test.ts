import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { sweepStoreItems } from '../../src/services/store/sweep-store-items.js';
import { ask, codesOf, send } from '../support/client.js';
import { openTestDatabase } from '../support/database.js';
import { createRunOn, joinRunOf } from '../support/runs.js';
import { STORE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { openBaseStore } from '../support/store-doors.js';

let server: TestServer;
let root: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STORE_GRAPHS });
});
beforeEach(() => {
  root = randomUUID();
});
afterAll(() => server.close());

interface Item {
  readonly id: string;
  readonly namespace: string[];
  readonly key: string;
  readonly value: unknown;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string | null;
}

const ITEM = 'id namespace key value createdAt updatedAt expiresAt';
const PUT = `mutation ($input: PutStoreItemInput!) { putStoreItem(input: $input) { item { ${ITEM} } } }`;
const GET = `query ($namespace: [String!]!, $key: String!, $refreshTtl: Boolean) {
  storeItem(namespace: $namespace, key: $key, refreshTtl: $refreshTtl) { ${ITEM} } }`;
const DELETE = `mutation ($namespace: [String!]!, $key: String!) { deleteStoreItem(namespace: $namespace, key: $key) { deletedId } }`;
const SEARCH = `query ($prefix: [String!]! = [], $filter: JSONObject, $query: String, $refreshTtl: Boolean, $first: Int, $after: String) {
  storeItems(namespacePrefix: $prefix, filter: $filter, query: $query, refreshTtl: $refreshTtl, first: $first, after: $after) {
    edges { cursor score } nodes { ${ITEM} } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
const NAMESPACES = `query ($prefix: [String!], $suffix: [String!], $maxDepth: Int, $first: Int, $after: String) {
  storeNamespaces(prefix: $prefix, suffix: $suffix, maxDepth: $maxDepth, first: $first, after: $after) {
    edges { cursor node } pageInfo { hasNextPage endCursor } } }`;

interface Page {
  readonly storeItems: {
    readonly edges: readonly { readonly cursor: string; readonly score: number | null }[];
    readonly nodes: readonly Item[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string | null };
  };
}

const put = async (input: object, url = server.url): Promise<Item> =>
  (await ask<{ putStoreItem: { item: Item } }>(url, PUT, { input: { namespace: [root], key: 'k', value: {}, ...input } })).putStoreItem
    .item;
const get = async (options: object = {}, url = server.url): Promise<Item | null> =>
  (await ask<{ storeItem: Item | null }>(url, GET, { namespace: [root], key: 'k', ...options })).storeItem;
const search = async (options: object = {}, url = server.url): Promise<Page['storeItems']> =>
  (await ask<Page>(url, SEARCH, { prefix: [root], ...options })).storeItems;
const minutesUntil = (instant: string | null | undefined): number => (new Date(instant ?? Number.NaN).getTime() - Date.now()) / 60_000;

describe('an item', () => {
  test('is put whole, replaced whole, found as a Node, and deleted by its place', async () => {
    const first = await put({ value: { a: 1, b: 2 } });
    expect(first).toMatchObject({ namespace: [root], key: 'k', value: { a: 1, b: 2 }, expiresAt: null });
    const second = await put({ value: { c: 3 } });
    expect(second).toMatchObject({ id: first.id, value: { c: 3 }, createdAt: first.createdAt });
    expect(await get()).toEqual(second);
    const node = `query ($id: ID!) { node(id: $id) { __typename id ... on StoreItem { key } } }`;
    expect(await ask(server.url, node, { id: first.id })).toEqual({ node: { __typename: 'StoreItem', id: first.id, key: 'k' } });
    const place = { namespace: [root], key: 'k' };
    expect(await ask(server.url, DELETE, place)).toEqual({ deleteStoreItem: { deletedId: first.id } });
    expect(await get()).toBeNull();
    expect(await ask(server.url, node, { id: first.id })).toEqual({ node: null });
    expect(codesOf(await send(server.url, DELETE, place))).toEqual(['STORE_ITEM_NOT_FOUND']);
  });

  test('belongs to its tenant', async () => {
    const other = openBaseStore(server.app.deps, 'other');
    await other.put([root], 'k', { of: 'other' });
    expect(await get()).toBeNull();
    await put({ value: { of: 'default' } });
    expect((await other.get([root], 'k'))?.value).toEqual({ of: 'other' });
    expect((await search()).nodes).toHaveLength(1);
    expect(await other.listNamespaces({ prefix: [root] })).toEqual([[root]]);
    await other.delete([root], 'k');
    expect(await get()).toMatchObject({ value: { of: 'default' } });
  });
});

describe('lists', () => {
  test('page by cursor, newest update first, however items move meanwhile', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await put({ key });
    const first = await search({ first: 2 });
    expect(first.nodes.map(({ key }) => key)).toEqual(['d', 'c']);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(first.edges.map(({ score }) => score)).toEqual([null, null]);
    await put({ key: 'c' });
    const rest = await search({ first: 2, after: first.pageInfo.endCursor });
    expect(rest.nodes.map(({ key }) => key)).toEqual(['b', 'a']);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('of namespaces page by cursor too', async () => {
    for (const label of ['a', 'b', 'c']) await put({ namespace: [root, label] });
    const list = async (options: object) =>
      (
        await ask<{ storeNamespaces: { edges: { node: string[] }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(
          server.url,
          NAMESPACES,
          { prefix: [root], ...options },
        )
      ).storeNamespaces;
    const first = await list({ first: 2 });
    expect(first.edges.map(({ node }) => node)).toEqual([
      [root, 'a'],
      [root, 'b'],
    ]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await list({ first: 2, after: first.pageInfo.endCursor });
    expect(rest).toMatchObject({ edges: [{ node: [root, 'c'] }], pageInfo: { hasNextPage: false } });
  });

  test('with the default prefix hold everything', async () => {
    await put({});
    const { storeItems } = await ask<{ storeItems: { nodes: { key: string }[] } }>(
      server.url,
      '{ storeItems(first: 1) { nodes { key } } }',
    );
    expect(storeItems.nodes).toEqual([{ key: 'k' }]);
  });
});

describe('bad input', () => {
  const tryPut = (input: object) => send(server.url, PUT, { input: { namespace: [root], key: 'k', value: {}, ...input } });

  test.each<[string, object, readonly (string | number)[]]>([
    ['no label', { namespace: [] }, ['input', 'namespace']],
    ['an empty label', { namespace: ['a', ''] }, ['input', 'namespace', 1]],
    ['a label with a dot', { namespace: ['a.b'] }, ['input', 'namespace', 0]],
    ['the reserved first label', { namespace: ['langgraph', 'a'] }, ['input', 'namespace', 0]],
    ['an empty key', { key: '' }, ['input', 'key']],
    ['a TTL of nothing', { ttlMinutes: 0 }, ['input', 'ttlMinutes']],
    ['a TTL beyond all dates', { ttlMinutes: 1e300 }, ['input', 'ttlMinutes']],
  ])('a put with %s names the place', async (_what, input, path) => {
    const answer = await tryPut(input);
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.extensions['issues']).toMatchObject([{ path }]);
    expect(answer.data).toEqual({ putStoreItem: null });
  });

  test('a label further on may be `langgraph`', async () => {
    expect(await put({ namespace: [root, 'langgraph'] })).toMatchObject({ namespace: [root, 'langgraph'] });
  });

  test.each<[string, object]>([
    ['a list', { value: [1] }],
    ['a text', { value: 'text' }],
    ['null', { value: null }],
    ['what cannot be stored', { value: { a: '\0' } }],
  ])('a value that is %s', async (_what, input) => {
    expect(codesOf(await tryPut(input))).toEqual(['BAD_USER_INPUT']);
  });

  test.each<[string, object]>([
    ['an unknown operator', { filter: { n: { $regex: 'x' } } }],
    ['`query` without an index', { query: 'what?' }],
    ['a foreign cursor', { after: 'x' }],
    ['a page too long', { first: 101 }],
  ])('a search with %s', async (_what, options) => {
    expect(codesOf(await send(server.url, SEARCH, { prefix: [root], ...options }))).toEqual(['BAD_USER_INPUT']);
  });

  test.each<[string, object]>([
    ['a depth of nothing', { maxDepth: 0 }],
    ['a foreign cursor', { after: 'x' }],
    ['a page too long', { first: 1_001 }],
  ])('a list of namespaces with %s', async (_what, options) => {
    expect(codesOf(await send(server.url, NAMESPACES, options))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('time to live', () => {
  const expire = () =>
    server.app.deps.database.prisma.$executeRaw`
      UPDATE "StoreItem" SET "expiresAt" = CURRENT_TIMESTAMP - interval '1 second' WHERE "namespace"[1] = ${root} AND "ttlMinutes" > 0`;

  test('what has expired is never given, swept or not, and what is put in its place is new', async () => {
    await put({ ttlMinutes: 10 });
    await put({ key: 'stays' });
    await expire();
    expect(await get()).toBeNull();
    expect((await search()).nodes.map(({ key }) => key)).toEqual(['stays']);
    expect(codesOf(await send(server.url, DELETE, { namespace: [root], key: 'k' }))).toEqual(['STORE_ITEM_NOT_FOUND']);
    await server.app.deps.database.prisma.$executeRaw`
      UPDATE "StoreItem" SET "createdAt" = CURRENT_TIMESTAMP - interval '1 hour' WHERE "namespace"[1] = ${root}`;
    expect(minutesUntil((await put({ value: { again: true } })).createdAt)).toBeGreaterThan(-1);
  });

  test('a sweep deletes it, and nothing else', async () => {
    await put({ key: 'forever' });
    await put({ ttlMinutes: 10 });
    await expire();
    const { deps } = server.app;
    await Promise.all([sweepStoreItems(deps), sweepStoreItems(deps)]);
    const rows = await deps.database.prisma.storeItem.findMany({ where: { namespace: { has: root } } });
    expect(rows.map(({ key }) => key)).toEqual(['forever']);
  });

  test('reading extends it, unless the reader says no; a put sets it anew, null ends it', async () => {
    await put({ ttlMinutes: 60 });
    const shorten = () =>
      server.app.deps.database.prisma.$executeRaw`
        UPDATE "StoreItem" SET "expiresAt" = CURRENT_TIMESTAMP + interval '5 minutes' WHERE "namespace"[1] = ${root}`;
    await shorten();
    expect(minutesUntil((await get({ refreshTtl: false }))?.expiresAt)).toBeLessThan(6);
    expect(minutesUntil((await get())?.expiresAt)).toBeGreaterThan(55);
    await shorten();
    expect(minutesUntil((await search({ refreshTtl: false })).nodes[0]?.expiresAt)).toBeLessThan(6);
    expect(minutesUntil((await search()).nodes[0]?.expiresAt)).toBeGreaterThan(55);
    expect(minutesUntil((await put({ ttlMinutes: 0.5 })).expiresAt)).toBeLessThan(1);
    expect((await put({ ttlMinutes: null })).expiresAt).toBeNull();
    expect((await get())?.expiresAt).toBeNull();
  });

  test('a page extends what it gives, not the item after it', async () => {
    for (const key of ['a', 'b', 'c']) await put({ key, ttlMinutes: 60 });
    await server.app.deps.database.prisma.$executeRaw`
      UPDATE "StoreItem" SET "expiresAt" = CURRENT_TIMESTAMP + interval '5 minutes' WHERE "namespace"[1] = ${root}`;
    expect((await search({ first: 1 })).nodes.map(({ key }) => key)).toEqual(['c']);
    const left = (await search({ refreshTtl: false })).nodes.map(({ key, expiresAt }) => [key, minutesUntil(expiresAt) > 6]);
    expect(left).toEqual([
      ['c', true],
      ['b', false],
      ['a', false],
    ]);
  });

  test('`store.ttl` of langgraph.json gives the default, says whether reading extends it, and how often is swept', async () => {
    const config = { ...readConfig({ PORT: '0', LOG_LEVEL: 'silent' }), door: true, executor: false };
    const langgraphJson = STORE_GRAPHS.replace('langgraph.json', 'forgetful.json');
    const app = await startApp({ ...config, langgraphJson }, { database: await openTestDatabase() });
    const url = `${app.url}/graphql`;
    expect(app.deps.storeSettings).toEqual({ defaultTtlMinutes: 30, refreshOnRead: false, sweepEveryMinutes: 2 });
    expect(minutesUntil((await put({}, url)).expiresAt)).toBeGreaterThan(25);
    await app.deps.database.prisma.$executeRaw`UPDATE "StoreItem" SET "expiresAt" = CURRENT_TIMESTAMP + interval '5 minutes'`;
    expect(minutesUntil((await get({}, url))?.expiresAt)).toBeLessThan(6);
    expect(minutesUntil((await get({ refreshTtl: true }, url))?.expiresAt)).toBeGreaterThan(25);
    expect((await put({ ttlMinutes: null }, url)).expiresAt).toBeNull();
    await openBaseStore(app.deps).put([root], 'by a graph', {});
    expect(minutesUntil((await get({ key: 'by a graph' }, url))?.expiresAt)).toBeGreaterThan(25);
    await app.stop('the test is over');
  });
});

describe('graphs', () => {
  const run = async (assistantId: string, input: object) => {
    const { id } = await createRunOn(server.url, { assistantId, input });
    return joinRunOf(server.url, id);
  };

  test.each(['keeper', 'outer'])('%s: a node reads, writes, searches and lists what clients see', async (graphId) => {
    const { values } = await run(graphId, { user: root, text: 'hello' });
    expect(values).toMatchObject({
      found: {
        latest: { text: 'hello' },
        missing: null,
        keys: expect.arrayContaining(['latest', 'first']) as unknown,
        namespaces: [
          ['notes', root],
          ['notes', root, 'deep'],
        ],
      },
    });
    const { nodes } = await search({ prefix: ['notes', root] });
    expect(nodes.map(({ key }) => key).sort()).toEqual(['first', 'latest', 'second']);
  });

  test('the functional API reaches it', async () => {
    expect((await run('workflow', { user: root, text: 'by a task' })).values).toMatchObject({ found: { text: 'by a task' } });
    expect(await get({ namespace: ['notes', root], key: 'task' })).toMatchObject({ value: { text: 'by a task' } });
  });

  test('tools reach it', async () => {
    await run('tools', { messages: [{ type: 'human', content: root }] });
    expect(await get({ namespace: ['notes', 'tool'], key: root })).toMatchObject({ value: { text: root } });
  });

  test('the edges of a graph reach it too, in runs and in updates of the state', async () => {
    await put({ namespace: ['guide', root], key: 'way', value: { to: 'right' } });
    expect((await run('guided', { user: root })).values).toMatchObject({ found: 'right' });
    const { createThread } = await ask<{ createThread: { thread: { id: string } } }>(
      server.url,
      'mutation { createThread(input: { graphId: "guided" }) { thread { id } } }',
    );
    const update = `mutation ($id: ID!, $values: JSON) {
      updateThreadState(threadId: $id, input: { values: $values, asNode: "begin" }) { state { next } } }`;
    expect(await ask(server.url, update, { id: createThread.thread.id, values: { user: root } })).toMatchObject({
      updateThreadState: { state: { next: ['right'] } },
    });
  });

  test('a value that no JSON can hold fails the run, at its first attempt', async () => {
    const { run: ended } = await run('clumsy', { user: root });
    const found = await ask(server.url, 'query ($id: ID!) { run(id: $id) { status error { message } } }', { id: ended.id });
    const message = expect.stringContaining('`value` cannot be written as JSON') as unknown;
    expect(found).toEqual({ run: { status: 'ERROR', error: { message } } });
    expect(await server.app.deps.database.prisma.run.findUniqueOrThrow({ where: { id: ended.id } })).toMatchObject({ attempt: 1 });
  });

  test('a call that is refused fails alone, and a batch as a whole', async () => {
    const { values } = await run('careless', { user: root });
    expect(values).toMatchObject({ found: ['done', expect.stringContaining('langgraph'), expect.stringContaining('dot')] });
    expect((await search({ prefix: ['notes', root] })).nodes.map(({ key }) => key)).toEqual(['good']);
  });
});
