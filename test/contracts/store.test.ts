import { randomUUID } from 'node:crypto';
import { sample, array, constantFrom, type Arbitrary, string, oneof } from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STORE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { makeBaseStoreDoor, makeGraphqlDoor, openBaseStore, type StoreDoor } from '../support/store-doors.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STORE_GRAPHS, executor: false });
});
afterAll(() => server.close());

/** As databases sort texts by code point, label by label. */
function compareNamespaces(a: readonly string[], b: readonly string[]): number {
  for (const [index, label] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = Buffer.compare(Buffer.from(label), Buffer.from(other));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

describe.each([
  ['as BaseStore', () => makeBaseStoreDoor(openBaseStore(server.app.deps))],
  ['through GraphQL', () => makeGraphqlDoor(server.url)],
])('the store, %s', (_door, open) => {
  let store: StoreDoor;
  /** A label of the test's own. */
  let root: string;
  beforeEach(() => {
    store = open();
    root = randomUUID();
  });

  const keysOf = async (prefix: string[], options?: Parameters<StoreDoor['search']>[1]): Promise<string[]> =>
    (await store.search(prefix, options)).map(({ key }) => key);

  test('gives back what was put, and nothing where nothing was put', async () => {
    const value = { text: 'O\'Neil \\ "quoted" 😀', list: [1, 2.5, null, { deep: [true] }], n: -0.1, nothing: null, '': 'no name' };
    await store.put([root, 'a'], 'k', value);
    expect(await store.get([root, 'a'], 'k')).toMatchObject({ namespace: [root, 'a'], key: 'k', value });
    expect(await store.get([root, 'a'], 'other')).toBeNull();
    expect(await store.get([root], 'k')).toBeNull();
    expect(await store.get(['a.b', ''], '')).toBeNull();
  });

  test('a second put replaces the whole value, and keeps when the item was created', async () => {
    await store.put([root], 'k', { a: 1, b: 2 });
    const first = await store.get([root], 'k');
    await store.put([root], 'k', { c: 3 });
    const second = await store.get([root], 'k');
    expect(second?.value).toEqual({ c: 3 });
    expect(second?.createdAt).toEqual(first?.createdAt);
    expect(second!.updatedAt.getTime()).toBeGreaterThanOrEqual(first!.updatedAt.getTime());
    expect(await keysOf([root])).toEqual(['k']);
  });

  test('a deleted item is gone, and one put in its place is a new one', async () => {
    await store.put([root], 'k', { a: 1 });
    await store.delete([root], 'k');
    expect(await store.get([root], 'k')).toBeNull();
    expect(await keysOf([root])).toEqual([]);
    await store.put([root], 'k', { a: 2 });
    expect((await store.get([root], 'k'))?.value).toEqual({ a: 2 });
  });

  test('keys and namespaces of any length keep apart what differs in one letter', async () => {
    const long = 'ä'.repeat(5_000);
    const deep = [root, ...Array.from({ length: 500 }, (_, index) => `label ${index}`)];
    await store.put([root, `${long}1`], long, { is: 1 });
    await store.put([root, `${long}2`], long, { is: 2 });
    await store.put(deep, 'k', { is: 'deep' });
    expect((await store.get([root, `${long}1`], long))?.value).toEqual({ is: 1 });
    expect(await store.get([root, `${long}1`], `${long}x`)).toBeNull();
    expect((await store.search([root, `${long}2`])).map(({ value }) => value)).toEqual([{ is: 2 }]);
    expect(await keysOf(deep.slice(0, 400))).toEqual(['k']);
    expect(await keysOf([...deep.slice(0, 400), 'label'])).toEqual([]);
  });

  test('a search gives the newest update first, as many as are asked for', async () => {
    for (const key of ['a', 'b', 'c']) await store.put([root], key, {});
    await store.put([root], 'a', { again: true });
    expect(await keysOf([root])).toEqual(['a', 'c', 'b']);
    expect(await keysOf([root], { limit: 2 })).toEqual(['a', 'c']);
  });

  test('a prefix counts by whole labels', async () => {
    await store.putAll([
      { namespace: [root, '1'], key: 'one', value: {} },
      { namespace: [root, '12'], key: 'twelve', value: {} },
      { namespace: [root, '1', '2'], key: 'one two', value: {} },
    ]);
    expect((await keysOf([root, '1'])).sort()).toEqual(['one', 'one two']);
    expect(await keysOf([root, '12'])).toEqual(['twelve']);
    expect(await keysOf([root, '1', ''])).toEqual([]);
    expect(await keysOf([`${root}.1`])).toEqual([]);
  });

  test('namespaces are data: among 500 labels of noise a prefix finds exactly what begins with its labels', async () => {
    const signs = constantFrom(
      '%',
      '_',
      '\\',
      "'",
      '"',
      '😀',
      '%%',
      '/',
      '-',
      '*',
      '{',
      '}',
      ',',
      ' ',
      'ß',
      'NULL',
      'a',
      'b',
      '\u{10FFFF}',
      '$1',
      '--',
    );
    const label: Arbitrary<string> = oneof(
      signs,
      array(signs, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
      string({ minLength: 1 }),
    ).filter((text) => !text.includes('.') && !text.includes('\0') && text.isWellFormed());
    const namespaces = sample(array(label, { minLength: 1, maxLength: 4 }), 250).map((labels) => [root, ...labels]);
    await store.putAll(namespaces.map((namespace, index) => ({ namespace, key: `k${index}`, value: {} })));

    const prefixes = [
      ...namespaces.slice(0, 40),
      ...namespaces.slice(40, 80).map((labels) => labels.slice(0, 2)),
      ...sample(label, 20).map((one) => [root, one]),
    ];
    for (const prefix of prefixes) {
      const expected = namespaces.flatMap((namespace, index) => (prefix.every((one, at) => namespace[at] === one) ? [`k${index}`] : []));
      expect((await keysOf(prefix, { limit: 100 })).sort(), JSON.stringify(prefix)).toEqual(expected.sort().slice(0, 100));
    }
    const distinct = [...new Map(namespaces.map((namespace) => [JSON.stringify(namespace), namespace])).values()];
    expect(await store.namespaces({ prefix: [root], limit: 1_000 })).toEqual(distinct.sort(compareNamespaces));
  });

  test('namespaces are listed once each, by patterns in which * stands for one label, cut to a depth', async () => {
    const namespaces = [[root, 'u1', 'notes'], [root, 'u1', 'todo', 'work'], [root, 'u2', 'notes'], [root, 'u2', 'todo', 'home'], [root]];
    await store.putAll(namespaces.flatMap((namespace) => ['a', 'b'].map((key) => ({ namespace, key, value: {} }))));
    expect(await store.namespaces({ prefix: [root] })).toEqual([...namespaces].sort(compareNamespaces));
    expect(await store.namespaces({ prefix: [root, '*', 'notes'] })).toEqual([namespaces[0], namespaces[2]]);
    expect(await store.namespaces({ prefix: [root], suffix: ['notes'] })).toEqual([namespaces[0], namespaces[2]]);
    expect(await store.namespaces({ prefix: [root, 'u1'], suffix: ['todo', '*'] })).toEqual([namespaces[1]]);
    expect(await store.namespaces({ prefix: [root, '*'], maxDepth: 2 })).toEqual([
      [root, 'u1'],
      [root, 'u2'],
    ]);
    expect(await store.namespaces({ prefix: [root], limit: 1 })).toEqual([[root]]);
    expect(await store.namespaces({ prefix: [root, 'u'] })).toEqual([]);
    expect(await store.namespaces({ prefix: [root, '*', '*', '*', '*'] })).toEqual([]);
  });

  test.each<[object, string[]]>([
    [{}, ['none', 'one', 'ten', 'text', 'true', 'list', 'null']],
    [{ n: 1 }, ['one']],
    [{ n: '1' }, []],
    [{ n: true }, ['true']],
    [{ n: null }, ['null']],
    [{ n: { $eq: 10 } }, ['ten']],
    [{ n: { $ne: 1 } }, ['none', 'ten', 'text', 'true', 'list', 'null']],
    [{ n: { $gt: 1 } }, ['ten']],
    [{ n: { $gte: 1 } }, ['one', 'ten']],
    [{ n: { $lt: 10 } }, ['one']],
    [{ n: { $lte: 10, $gt: 1 } }, ['ten']],
    [{ n: { $gt: '1' } }, ['text']],
    [{ n: { $lt: 'b' } }, []],
    [{ n: { $gte: 'b' } }, ['text']],
    [{ n: { $in: [1, 'b', false] } }, ['one', 'text']],
    [{ n: { $in: [] } }, []],
    [{ n: { $nin: [1, 'b', null] } }, ['none', 'ten', 'true', 'list']],
    [{ n: { $nin: [] } }, ['none', 'one', 'ten', 'text', 'true', 'list', 'null']],
    [{ n: [1] }, ['list']],
    [{ n: { $eq: { a: 1 } } }, []],
    [{ n: 1, "it's": 'odd' }, ['one']],
    [{ "it's": { $gt: 'od' } }, ['one']],
    [{ n: 1, missing: 1 }, []],
  ])('the filter %j finds %j', async (filter, expected) => {
    const values = {
      none: {},
      one: { n: 1, "it's": 'odd' },
      ten: { n: 10 },
      text: { n: 'b' },
      true: { n: true },
      list: { n: [1] },
      null: { n: null },
    };
    await store.putAll(Object.entries(values).map(([key, value]) => ({ namespace: [root], key, value })));
    expect((await keysOf([root], { filter: { ...filter } })).sort()).toEqual([...expected].sort());
  });

  test.each<[string, (own: string) => Promise<unknown>]>([
    ['no label', () => store.put([], 'k', {})],
    ['an empty label', (own) => store.put([own, ''], 'k', {})],
    ['a label with a dot', (own) => store.put([own, 'a.b'], 'k', {})],
    ['the label that LangGraph keeps for itself', () => store.put(['langgraph', 'x'], 'k', {})],
    ['an empty key', (own) => store.put([own], '', {})],
    ['a value that is a list', (own) => store.put([own], 'k', [1])],
    ['a value that is a text', (own) => store.put([own], 'k', 'text')],
    ['an unknown operator', (own) => store.search([own], { filter: { n: { $regex: 'x' } } })],
    ['an operator among keys', (own) => store.search([own], { filter: { n: { $gt: 1, m: 2 } } })],
    ['an order of lists', (own) => store.search([own], { filter: { n: { $gt: [1] } } })],
    ['one of what is no list', (own) => store.search([own], { filter: { n: { $in: 1 } } })],
    ['a depth of nothing', (own) => store.namespaces({ prefix: [own], maxDepth: 0 })],
  ])('%s is refused, and nothing has changed', async (_what, attempt) => {
    await expect(attempt(root)).rejects.toThrow();
    expect(await store.namespaces({ prefix: [root] })).toEqual([]);
  });
});

describe('what only graphs can ask for', () => {
  const store = (): StoreDoor => makeBaseStoreDoor(openBaseStore(server.app.deps));
  const circle: Record<string, unknown> = {};
  circle['inner'] = circle;

  test.each<[string, () => Promise<unknown>]>([
    ['a value with a BigInt', () => store().put(['odd'], 'k', { n: 10n })],
    ['a value that holds itself', () => store().put(['odd'], 'k', circle)],
    ['a prefix with a label that is undefined', () => store().search(['odd', undefined as never])],
    ['a pattern with a label that is a number', () => store().namespaces({ prefix: ['odd', 5 as never] })],
    ['a filter for undefined, which must not find everything', () => store().search(['odd'], { filter: { owner: undefined } })],
    ['a filter for a BigInt', () => store().search(['odd'], { filter: { n: { $in: [10n] } } })],
  ])('%s is refused as the fault of who asks, not taken for one of the database', async (_what, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
