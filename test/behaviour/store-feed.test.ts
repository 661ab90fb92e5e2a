import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StoreChange } from '../../src/domain/change.js';
import type { Caller } from '../../src/services/caller.js';
import { watchStore, type WatchStore } from '../../src/services/feeds/watch-store.js';
import { deleteStoreItem } from '../../src/services/store/delete-store-item.js';
import { putStoreItem, type PutStoreItem } from '../../src/services/store/put-store-item.js';
import { findStoreItem } from '../../src/services/store/read-store-items.js';
import { sweepStoreItems } from '../../src/services/store/sweep-store-items.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { type Feed, openFeed } from '../support/feed.js';
import { makeManualClock } from '../support/manual-clock.js';
import { createRunOn, joinRunOf } from '../support/runs.js';
import { STORE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

interface ChangeJson {
  readonly kind: string;
  readonly namespace: readonly string[] | null;
  readonly key: string | null;
  readonly item: { readonly value: unknown } | null;
}

const WATCH = 'subscription ($prefix: [String!]! = []) { storeChanged(namespacePrefix: $prefix) { kind namespace key item { value } } }';

let server: TestServer;
let caller: Caller;
let root: string;
const feeds: Feed<unknown>[] = [];
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STORE_GRAPHS });
  caller = { ...server.app.deps, ...DEFAULT_TENANT };
});
beforeEach(() => {
  root = randomUUID();
});
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.close())));
afterAll(() => server.close());

/** A feed that has begun. */
async function watch(prefix: string[]): Promise<Feed<ChangeJson>> {
  const began = new Promise<void>((resolve) => {
    const leave = server.telemetry.subscribe((name) => {
      if (name !== 'feed.began') return;
      leave();
      resolve();
    });
  });
  const feed = openFeed<ChangeJson>(server.url, WATCH, { prefix });
  feeds.push(feed);
  await began;
  return feed;
}

const put = (input: Partial<PutStoreItem> = {}, as = caller) => putStoreItem(as, { namespace: [root], key: 'k', value: {}, ...input });
const remove = (place: object = {}) => deleteStoreItem(caller, { namespace: [root], key: 'k', ...place });
const told = (kind: string, more: object = {}) => ({ kind, namespace: [root], key: 'k', item: null, ...more });

describe('storeChanged', () => {
  test('tells of each item below the prefix: put, replaced, deleted, put again', async () => {
    const feed = await watch([root]);
    await put({ value: { n: 1 } });
    expect(await feed.next()).toEqual(told('CREATED', { item: { value: { n: 1 } } }));
    await put({ value: { n: 1 } });
    expect(await feed.next()).toEqual(told('UPDATED', { item: { value: { n: 1 } } }));
    await remove();
    expect(await feed.next()).toEqual(told('DELETED'));
    await put({ value: { n: 2 } });
    expect(await feed.next()).toEqual(told('UPDATED', { item: { value: { n: 2 } } }));
  });

  test('tells nothing of other namespaces, of other tenants and of reads', async () => {
    await put({ key: 'old', ttlMinutes: 10 });
    const feed = await watch([root, 'a']);
    await put({ namespace: [root, 'ab'] });
    await put({ namespace: [`${root}.a`.replace('.', ' ')] });
    await put({ namespace: [root, 'a'] }, { ...caller, tenantId: 'other' });
    await findStoreItem(caller, { namespace: [root], key: 'old' });
    await put({ namespace: [root, 'a', 'b'], key: '"1"' });
    expect(await feed.next()).toMatchObject({ kind: 'CREATED', namespace: [root, 'a', 'b'], key: '"1"' });
  });

  test('tells of an item that was there before: changed, gone', async () => {
    for (const key of ['one', 'two']) await put({ key });
    await caller.database.prisma.$executeRaw`
      UPDATE "StoreItem" SET "createdAt" = "createdAt" - interval '1 minute' WHERE "namespace"[1] = ${root}`;
    const feed = await watch([root]);
    await put({ key: 'one' });
    expect(await feed.next()).toMatchObject({ kind: 'UPDATED', key: 'one' });
    await remove({ key: 'two' });
    expect(await feed.next()).toMatchObject({ kind: 'DELETED', namespace: [root], key: 'two' });
  });

  test('tells what graphs put, as what clients put', async () => {
    const feed = await watch(['notes', root]);
    const { id } = await createRunOn(server.url, { assistantId: 'keeper', input: { user: root, text: 'hello' } });
    await joinRunOf(server.url, id);
    await put({ namespace: ['notes', root], key: 'last' });
    const changes = await feed.takeUntil(({ key }) => key === 'last');
    expect(changes.find(({ key }) => key === 'latest')).toMatchObject({ kind: 'CREATED', item: { value: { text: 'hello' } } });
    expect(changes.find(({ namespace }) => namespace?.length === 3)).toMatchObject({ namespace: ['notes', root, 'deep'], key: 'second' });
  });

  test('tells of an item that was swept', async () => {
    await put({ ttlMinutes: 10 });
    const feed = await watch([root]);
    await caller.database.prisma.$executeRaw`
      UPDATE "StoreItem" SET "expiresAt" = CURRENT_TIMESTAMP - interval '1 second' WHERE "namespace"[1] = ${root}`;
    await sweepStoreItems(caller);
    expect(await feed.next()).toEqual(told('DELETED'));
  });
});

describe('a feed of the store', () => {
  const open = (options: Partial<WatchStore> & { readonly as?: Caller } = {}) => {
    const { as = caller, ...rest } = options;
    return watchStore(as, { namespacePrefix: [root], abort: new AbortController().signal, ...rest });
  };
  async function next(changes: AsyncIterator<readonly StoreChange[]>): Promise<readonly StoreChange[]> {
    return ((await changes.next()) as IteratorYieldResult<readonly StoreChange[]>).value;
  }

  test('tells a slow reader the latest of each item, once', async () => {
    const changes = await open();
    for (const n of [1, 2, 3]) await put({ value: { n } });
    await put({ key: 'other' });
    expect(await next(changes)).toMatchObject([
      { kind: 'CREATED', place: { key: 'k' }, item: { value: { n: 3 } } },
      { kind: 'CREATED', place: { key: 'other' } },
    ]);
    await changes.return?.();
  });

  test.each([{ waitingMax: 3 }, { toldMax: 3 }])('says RESYNC rather than grow without bound (%j), and goes on', async (bound) => {
    const changes = await open(bound);
    for (const key of ['a', 'b', 'c', 'd']) await put({ key });
    const kinds: string[] = [];
    while (!kinds.includes('RESYNC')) kinds.push(...(await next(changes)).map(({ kind }) => kind));
    await put({ key: 'e' });
    expect(await next(changes)).toMatchObject([{ kind: 'CREATED', place: { key: 'e' } }]);
    await changes.return?.();
  });

  test('finds within 30 s what nobody announced', async () => {
    const clock = makeManualClock();
    const changes = await open({ as: { ...caller, clock } });
    await put({}, { ...caller, signals: { ...caller.signals, notifyChange: () => undefined } });
    await clock.whenSleeping(1);
    const found = next(changes);
    await clock.advance(30_000);
    expect(await found).toMatchObject([{ kind: 'CREATED', place: { namespace: [root], key: 'k' } }]);
    await changes.return?.();
  });
});
