import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../src/services/caller.js';
import { makeVectorCache } from '../../src/store/store-items/vector-search.js';
import { ask, codesOf, send } from '../support/client.js';
import { startTestServer, STORE_GRAPHS, type TestDoor, type TestServer } from '../support/server.js';
import { type ItemJson, makeBaseStoreDoor, makeGraphqlDoor, openBaseStore, type StoreDoor } from '../support/store-doors.js';
import { EMBEDDED_BATCHES } from '../support/store-graphs/embed.js';

let server: TestServer;
/** The same, but its database cannot compare vectors by itself. */
let exactDoor: TestDoor;
let exact: Pick<Deps, 'database'>;
let root: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STORE_GRAPHS.replace('langgraph.json', 'semantic.json'), executor: false });
  const { database } = server.app.deps;
  exact = { database: { ...database, vectors: { cache: makeVectorCache(20_000), hasExtension: () => Promise.resolve(false) } } };
  exactDoor = await server.openDoor({}, exact);
});
beforeEach(() => {
  root = randomUUID();
  EMBEDDED_BATCHES.splice(0);
});
afterAll(async () => {
  await exactDoor.stop();
  await server.close();
});

interface ItemPage {
  readonly nodes: readonly { readonly key: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const keysOf = (items: readonly ItemJson[]): string[] => items.map(({ key }) => key);

describe.each([
  ['as BaseStore', () => makeBaseStoreDoor(openBaseStore(server.app.deps))],
  ['as BaseStore, exact', () => makeBaseStoreDoor(openBaseStore({ ...server.app.deps, ...exact }))],
  ['through GraphQL', () => makeGraphqlDoor(server.url)],
  ['through GraphQL, exact', () => makeGraphqlDoor(exactDoor.url)],
])('a search by meaning, %s', (_door, open) => {
  let store: StoreDoor;
  beforeEach(() => {
    store = open();
  });

  test('gives the most similar first, with its similarity, below the prefix and within the filter', async () => {
    await store.put([root, 'a'], 'cats', { text: 'cats sleep all day', kind: 'pet' });
    await store.put([root, 'a'], 'dogs', { text: 'dogs sleep all night', kind: 'pet' });
    await store.put([root, 'a'], 'ships', { text: 'ships cross the sea', kind: 'thing' });
    await store.put([root, 'b'], 'elsewhere', { text: 'cats sleep all day', kind: 'pet' });
    const found = await store.search([root, 'a'], { query: 'cats sleep all day' });
    expect(keysOf(found)).toEqual(['cats', 'dogs', 'ships']);
    expect(found[0]?.score).toBeCloseTo(1, 5);
    expect(found[1]!.score!).toBeLessThan(0.999);
    expect(found[1]!.score!).toBeGreaterThan(found[2]!.score!);
    expect(keysOf(await store.search([root, 'a'], { query: 'cats sleep all day', filter: { kind: 'thing' } }))).toEqual(['ships']);
    expect(keysOf(await store.search([root, 'a'], { query: 'cats sleep all day', limit: 1 }))).toEqual(['cats']);
    expect((await store.search([root, 'a'])).map(({ score }) => score ?? null)).toEqual([null, null, null]);
  });

  test('takes the best of the fields of langgraph.json, or of those that the put names', async () => {
    await store.put([root], 'by text', { text: 'red apple' });
    await store.put([root], 'by tag', { text: 'something else', tags: ['blue sky', 'green grass'] });
    await store.put([root], 'by path', { text: 'other', a: { b: [{ x: 'one' }, { x: 'black night' }] } }, ['a.b[*].x']);
    await store.put([root], 'by last', { text: 'other', list: ['first', 'white snow'] }, ['list[-1]']);
    await store.put([root], 'by all', { remark: 'yellow sun' }, ['$']);
    await store.put([root], 'not at all', { text: 'red apple' }, []);
    const best = async (query: string) => keysOf(await store.search([root], { query, limit: 1 }));
    expect(await best('red apple')).toEqual(['by text']);
    expect(await best('green grass')).toEqual(['by tag']);
    expect(await best('black night')).toEqual(['by path']);
    expect(await best('white snow')).toEqual(['by last']);
    expect(await best('remark yellow sun')).toEqual(['by all']);
    expect(keysOf(await store.search([root], { query: 'red apple' }))).not.toContain('not at all');
  });

  test('follows the item: replaced, replaced without texts, deleted', async () => {
    await store.put([root], 'k', { text: 'old words' });
    await store.put([root], 'k', { text: 'new words' });
    expect((await store.search([root], { query: 'new words' }))[0]?.score).toBeCloseTo(1, 5);
    await store.put([root], 'k', { text: 'new words' }, []);
    expect(await store.search([root], { query: 'new words' })).toEqual([]);
    await store.put([root], 'k', { text: 'again' });
    await store.delete([root], 'k');
    expect(await store.search([root], { query: 'again' })).toEqual([]);
  });

  test.each([
    ['fails', 'FAIL'],
    ['gives too short a vector', 'SHORT'],
  ])('an embedder that %s fails the put, which changes nothing', async (_what, text) => {
    await store.put([root], 'k', { text: 'before' });
    await expect(store.put([root], 'k', { text })).rejects.toThrow('cannot be embedded');
    expect((await store.get([root], 'k'))?.value).toEqual({ text: 'before' });
    await expect(store.search([root], { query: text })).rejects.toThrow('cannot be embedded');
  });
});

test('both ways to search give the same order, equal ones by their last update', async () => {
  const words = ['sea', 'ship', 'cat', 'dog', 'night', 'day', 'sleep', 'apple', 'red', 'blue'];
  const store = openBaseStore(server.app.deps);
  const texts = Array.from({ length: 120 }, (_, n) => [n, n * 3, n * 7].map((at) => words[at % words.length]).join(' '));
  await store.batch(texts.map((text, n) => ({ namespace: [root], key: `k${n}`, value: { text } })));
  const exactly = openBaseStore({ ...server.app.deps, ...exact });
  for (const query of ['red ship', 'sleep', 'blue blue dog day', 'nothing of it']) {
    const [one, other] = [await store.search([root], { query, limit: 100 }), await exactly.search([root], { query, limit: 100 })];
    expect(other.map(({ key }) => key)).toEqual(one.map(({ key }) => key));
    other.forEach(({ score }, at) => expect(score).toBeCloseTo(one[at]!.score!, 4));
  }
});

test('both ways to search go by the direction of a vector alone, however long or short the embedder made it', async () => {
  const direction = Array.from({ length: 64 }, (_, place) => Math.sin(place * 7));
  const lengths = [1, 3, 1 / 3, 1e-5, 1e-30, 1e30, 1e300, 1e-300];
  const embed = (texts: readonly string[]) =>
    Promise.resolve(
      texts.map((text) => {
        const length = lengths[Number(text)];
        return length === undefined
          ? direction.map((value, place) => (place === 3 ? 1e-46 : -value))
          : direction.map((value) => value * length);
      }),
    );
  const storeIndex = { ...server.app.deps.storeIndex!, embed };
  const stores = [openBaseStore({ ...server.app.deps, storeIndex }), openBaseStore({ ...server.app.deps, ...exact, storeIndex })];
  for (const text of [...lengths.keys(), 'away']) await stores[0]!.put([root], `k${text}`, { text: String(text) });
  for (const store of stores) {
    const found = await store.search([root], { query: '0' });
    expect(found.map(({ key }) => key)).toEqual([...[...lengths.keys()].reverse().map((at) => `k${at}`), 'kaway']);
    for (const { key, score } of found) expect(score).toBeCloseTo(key === 'kaway' ? -1 : 1, 1);
  }
});

test.each([
  ['as it is', () => server.url],
  ['exact', () => exactDoor.url],
])('pages follow each other by cursor (%s)', async (_way, urlOf) => {
  const store = openBaseStore(server.app.deps);
  for (const key of ['a', 'b', 'c', 'd', 'e']) await store.put([root], key, { text: key === 'c' ? 'sea' : 'sea ship' });
  const query = `query ($after: String) { storeItems(namespacePrefix: ["${root}"], query: "sea", first: 2, after: $after) {
    nodes { key } pageInfo { hasNextPage endCursor } } }`;
  const keys: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { nodes, pageInfo }: ItemPage = (await ask<{ storeItems: ItemPage }>(urlOf(), query, { after })).storeItems;
    keys.push(...nodes.map(({ key }) => key));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(keys).toEqual(['c', 'e', 'd', 'b', 'a']);
});

test.each([
  ['as it is', () => server.url],
  ['exact', () => exactDoor.url],
])('a page extends the time of what it gives, not of the item after it (%s)', async (_way, urlOf) => {
  const { prisma } = server.app.deps.database;
  const store = openBaseStore(server.app.deps);
  for (const key of ['a', 'b', 'c']) await store.put([root], key, { text: key === 'b' ? 'sea' : 'sea ship' });
  await prisma.$executeRaw`
    UPDATE "StoreItem" SET "ttlMinutes" = 60, "expiresAt" = CURRENT_TIMESTAMP + interval '5 minutes' WHERE "namespace"[1] = ${root}`;
  await ask(urlOf(), `{ storeItems(namespacePrefix: ["${root}"], query: "sea", first: 1) { nodes { key } } }`);
  const extended = await prisma.$queryRaw`
    SELECT "key" FROM "StoreItem" WHERE "namespace"[1] = ${root} AND "expiresAt" > CURRENT_TIMESTAMP + interval '6 minutes'`;
  expect(extended).toEqual([{ key: 'b' }]);
});

test('a batch embeds each of its texts once, a hundred at a time, and not what it only reads', async () => {
  const store = openBaseStore(server.app.deps);
  await store.batch(Array.from({ length: 250 }, (_, n) => ({ namespace: [root], key: `k${n}`, value: { text: `text ${n % 150}` } })));
  expect(EMBEDDED_BATCHES.map((texts) => texts.length)).toEqual([100, 50]);
  await store.get([root], 'k1');
  await store.search([root]);
  expect(EMBEDDED_BATCHES).toHaveLength(2);
});

test('the database does not wait while texts are embedded', async () => {
  const { storeIndex } = server.app.deps;
  let begun = (): void => undefined;
  let goOn = (): void => undefined;
  const [hasBegun, maySoOn] = [new Promise<void>((resolve) => (begun = resolve)), new Promise<void>((resolve) => (goOn = resolve))];
  const slow: Deps['storeIndex'] = {
    ...storeIndex!,
    async embed(texts, purpose) {
      begun();
      await maySoOn;
      return storeIndex!.embed(texts, purpose);
    },
  };
  const putting = openBaseStore({ ...server.app.deps, storeIndex: slow }).put([root], 'k', { text: 'late' });
  await hasBegun;
  await openBaseStore(server.app.deps).put([root], 'other', { text: 'soon' });
  goOn();
  await putting;
});

test('writes of one item by a graph are done in the order of its calls, awaited or not, however long embedding takes', async () => {
  const { storeIndex } = server.app.deps;
  let release = (): void => undefined;
  const mayGoOn = new Promise<void>((resolve) => (release = resolve));
  const uneven: Deps['storeIndex'] = {
    ...storeIndex!,
    async embed(texts, purpose) {
      if (texts.includes('slow')) await mayGoOn;
      return storeIndex!.embed(texts, purpose);
    },
  };
  const store = openBaseStore({ ...server.app.deps, storeIndex: uneven });
  const writes = [
    store.put([root], 'a', { text: 'slow' }),
    store.put([root], 'a', { text: 'FAIL' }),
    store.put([root], 'a', { text: 'quick' }),
    store.put([root], 'b', { text: 'slow' }),
    store.delete([root], 'b'),
  ];
  await store.put([root], 'other', { text: 'not held up' });
  release();
  expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect((await store.get([root], 'a'))?.value).toEqual({ text: 'quick' });
  expect(await store.get([root], 'b')).toBeNull();
});

test('a client is told the code, and where', async () => {
  const put = `mutation ($value: JSONObject!, $index: [String!]) {
    putStoreItem(input: { namespace: ["${root}"], key: "k", value: $value, index: $index }) { item { id } } }`;
  for (const text of ['FAIL', 'SHORT']) {
    const refused = await send(server.url, put, { value: { text } });
    expect(codesOf(refused)).toEqual(['BAD_USER_INPUT']);
    expect(refused.errors?.[0]?.extensions['issues']).toMatchObject([{ path: ['input', 'value'] }]);
  }
  const answer = await send(server.url, put, { value: {}, index: ['a', 'a..b', 'list['] });
  expect(answer.errors?.[0]?.extensions['issues']).toMatchObject([{ path: ['input', 'index', 1] }, { path: ['input', 'index', 2] }]);
  const search = await send(server.url, `{ storeItems(query: "FAIL") { nodes { id } } }`);
  expect(search.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['query'] }] });
});
