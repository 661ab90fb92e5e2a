import { createClient } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ThreadChange } from '../../src/domain/change.js';
import type { Caller } from '../../src/services/caller.js';
import { watchThreads, type WatchThreads } from '../../src/services/feeds/watch-threads.js';
import { createThread } from '../../src/services/threads/create-thread.js';
import { deleteThread } from '../../src/services/threads/delete-thread.js';
import { updateThread } from '../../src/services/threads/update-thread.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { type Feed, openFeed } from '../support/feed.js';
import { gaugeChangeListeners } from '../support/gauge.js';
import { makeManualClock } from '../support/manual-clock.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { runOn, updateState } from '../support/thread-states.js';

const RESYNC = { kind: 'RESYNC', threadId: null, thread: null };

interface ThreadChangeJson {
  readonly kind: string;
  readonly threadId: string | null;
  readonly thread: { readonly id: string; readonly status: string; readonly metadata: Record<string, unknown> } | null;
}

const WATCH = 'subscription ($filter: ThreadFilter) { threadsChanged(filter: $filter) { kind threadId thread { id status metadata } } }';

let server: TestServer;
let caller: Caller;
const feeds: Feed<unknown>[] = [];
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
  caller = { ...server.app.deps, ...DEFAULT_TENANT };
});
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.close())));
afterAll(() => server.close());

/** A feed that has said RESYNC. */
async function watch(filter: object | null = null, url = server.url): Promise<Feed<ThreadChangeJson>> {
  const feed = openFeed<ThreadChangeJson>(url, WATCH, { filter });
  feeds.push(feed);
  expect(await feed.next()).toEqual(RESYNC);
  return feed;
}

const create = async (metadata: object = {}): Promise<string> => (await createThread(caller, { metadata: { ...metadata } })).id;
/** A thread that is there since before any feed began. */
async function createEarlier(metadata: object = {}): Promise<string> {
  const id = await create(metadata);
  await caller.database.prisma.$executeRaw`UPDATE "Thread" SET "createdAt" = "createdAt" - interval '1 minute' WHERE "id" = ${id}::uuid`;
  return id;
}

const gone = (threadId: string): ThreadChangeJson => ({ kind: 'DELETED', threadId, thread: null });

describe('threadsChanged', () => {
  it('says RESYNC, then tells of each thread: created, changed, gone', async () => {
    const feed = await watch();
    const id = await create({ a: 1 });
    expect(await feed.next()).toEqual({ kind: 'CREATED', threadId: id, thread: { id, status: 'IDLE', metadata: { a: 1 } } });
    await updateThread(caller, id, { metadata: { b: 2 } });
    expect(await feed.next()).toEqual({ kind: 'UPDATED', threadId: id, thread: { id, status: 'IDLE', metadata: { a: 1, b: 2 } } });
    await runOn(server.url, { assistantId: 'review', threadId: id, input: {} });
    expect((await feed.takeUntil(({ thread }) => thread?.status === 'INTERRUPTED')).every(({ kind }) => kind === 'UPDATED')).toBe(true);
    await updateState(server.url, id, { values: { steps: ['by hand'] }, asNode: 'send' });
    expect(await feed.next()).toMatchObject({ kind: 'UPDATED', thread: { status: 'IDLE' } });
    await deleteThread(caller, id);
    expect(await feed.next()).toEqual(gone(id));
  });

  it('tells an older thread as changed, and an older one that goes as gone', async () => {
    const [id, doomed] = [await createEarlier(), await createEarlier()];
    const feed = await watch();
    await updateThread(caller, id, { metadata: { seen: true } });
    expect(await feed.next()).toMatchObject({ kind: 'UPDATED', threadId: id });
    await deleteThread(caller, doomed);
    expect(await feed.next()).toEqual(gone(doomed));
  });

  it('tells once, as DELETED, of a thread that stops matching, and again when it matches again', async () => {
    const feed = await watch({ metadata: { open: true } });
    const [id, other] = [await create({ open: true }), await create({ open: false })];
    expect(await feed.next()).toMatchObject({ kind: 'CREATED', threadId: id });
    await updateThread(caller, id, { metadata: { open: false } });
    expect(await feed.next()).toEqual(gone(id));
    await updateThread(caller, id, { metadata: { still: 'closed' } });
    await updateThread(caller, other, { metadata: { open: true } });
    expect(await feed.next()).toMatchObject({ kind: 'CREATED', threadId: other });
    await updateThread(caller, id, { metadata: { open: true } });
    expect(await feed.next()).toMatchObject({ kind: 'UPDATED', threadId: id });
  });

  it('tells of an older thread that does not match once, since the client may have it in its list', async () => {
    const id = await createEarlier({ open: true });
    const feed = await watch({ metadata: { open: true } });
    await updateThread(caller, id, { metadata: { open: false } });
    expect(await feed.next()).toEqual(gone(id));
    await updateThread(caller, id, { metadata: { again: true } });
    const next = await create({ open: true });
    expect(await feed.next()).toMatchObject({ kind: 'CREATED', threadId: next });
  });

  it.each<[string, (ids: { mine: string; other: string }) => object]>([
    ['ids', ({ mine }) => ({ ids: [mine] })],
    ['values', () => ({ values: { steps: ['one'] } })],
    ['status and graph', () => ({ status: ['ERROR', 'IDLE'], graphId: 'review' })],
    ['assistant', ({ mine }) => ({ assistantId: 'review', ids: [mine] })],
  ])('is filtered by %s', async (_what, filterOf) => {
    const [mine, other] = [await createEarlier({ graph_id: 'review' }), await createEarlier({ graph_id: 'chat' })];
    const feed = await watch(filterOf({ mine, other }));
    await updateThread(caller, other, { metadata: { touched: true } });
    if (!('ids' in filterOf({ mine, other }))) expect(await feed.next()).toEqual(gone(other));
    await runOn(server.url, { assistantId: 'review', threadId: mine, input: {} });
    await updateState(server.url, mine, { values: { steps: ['one'] }, asNode: 'send' });
    const changes = await feed.takeUntil(({ thread }) => thread?.status === 'IDLE');
    expect(new Set(changes.map(({ threadId }) => threadId))).toEqual(new Set([mine]));
  });

  it('tells of the thread of a stateless run while it runs, and that it left the lists when it ended', async () => {
    const feed = await watch();
    const { threadId } = await runOn(server.url, { assistantId: 'chat', input: { messages: [] }, onCompletion: 'DELETE' });
    const changes = await feed.takeUntil(({ kind }) => kind === 'DELETED');
    expect(new Set(changes.map((change) => change.threadId))).toEqual(new Set([threadId]));
    const next = await create();
    expect(await feed.next()).toMatchObject({ threadId: next });
  });

  it('refuses an id that is none', async () => {
    const feed = openFeed(server.url, WATCH, { filter: { ids: ['x'] } });
    feeds.push(feed);
    await expect(feed.next()).rejects.toThrow('BAD_USER_INPUT');
  });

  it('tells nothing of another tenant', async () => {
    const feed = await watch();
    await createThread({ ...caller, tenantId: 'other' }, {});
    const id = await create();
    expect(await feed.next()).toMatchObject({ kind: 'CREATED', threadId: id });
  });

  it('comes as server-sent events too, and is given back when the client hangs up', async () => {
    const { signals, listeners } = gaugeChangeListeners(server.app.deps.signals);
    const door = await server.openDoor({}, { signals });
    const client = createClient({ url: door.url });
    const changes = client.iterate<{ threadsChanged: ThreadChangeJson }>({ query: WATCH });
    expect((await changes.next()).value).toEqual({ data: { threadsChanged: RESYNC } });
    const id = await create();
    expect((await changes.next()).value).toMatchObject({ data: { threadsChanged: { kind: 'CREATED', threadId: id } } });
    await listeners.reached(1);
    client.dispose();
    await listeners.reached(0);
    await door.stop();
  });

  it('is cut, not completed, when the server stops', async () => {
    const door = await server.openDoor({});
    const feed = await watch(null, door.url);
    const waiting = feed.next();
    void door.stop();
    await expect(waiting).rejects.toMatchObject({ code: 1012 });
  });
});

describe('a feed of changes', () => {
  /** A feed that has said RESYNC, read by hand. */
  async function open(
    options: Partial<WatchThreads> & { readonly as?: Caller } = {},
  ): Promise<AsyncIterableIterator<readonly ThreadChange[]>> {
    const { as = caller, ...rest } = options;
    const changes = await watchThreads(as, { filter: null, abort: new AbortController().signal, ...rest });
    expect(await kindsOf(changes)).toEqual(['RESYNC']);
    return changes;
  }

  const kindsOf = async (changes: AsyncIterator<readonly ThreadChange[]>): Promise<string[]> => {
    const { value } = (await changes.next()) as IteratorResult<readonly ThreadChange[], undefined>;
    return (value ?? []).map(({ kind }) => kind);
  };

  it('tells a slow reader the latest of each thread, once', async () => {
    const changes = await open();
    const [a, b] = [await create(), await create()];
    for (const count of [1, 2, 3]) await updateThread(caller, a, { metadata: { count } });
    const { value } = (await changes.next()) as IteratorYieldResult<readonly ThreadChange[]>;
    expect(value).toMatchObject([
      { kind: 'CREATED', threadId: a, thread: { metadata: { count: 3 } } },
      { kind: 'CREATED', threadId: b },
    ]);
    await changes.return?.();
  });

  it('says RESYNC when more has changed than waits for a slow reader, and goes on', async () => {
    const changes = await open({ waitingMax: 3 });
    for (let count = 1; count <= 4; count += 1) await create();
    expect(await kindsOf(changes)).toEqual(['RESYNC']);
    await create();
    expect(await kindsOf(changes)).toEqual(['CREATED']);
    await changes.return?.();
  });

  it('says RESYNC when it remembers more threads than it may, and goes on', async () => {
    const changes = await open({ toldMax: 2 });
    for (let count = 1; count <= 3; count += 1) {
      await create();
      expect(await kindsOf(changes)).toEqual(['CREATED']);
    }
    expect(await kindsOf(changes)).toEqual(['RESYNC']);
    await create();
    expect(await kindsOf(changes)).toEqual(['CREATED']);
    await changes.return?.();
  });

  it('finds within 30 s what nobody announced, once', async () => {
    const clock = makeManualClock();
    const changes = await open({ as: { ...caller, clock } });
    const { database } = server.app.deps;
    const id = (await createThread({ ...caller, signals: { ...caller.signals, notifyChange: () => undefined } }, {})).id;
    for (const kind of ['CREATED', 'UPDATED']) {
      await clock.whenSleeping(1);
      const found = kindsOf(changes);
      await clock.advance(30_000);
      expect(await found).toEqual([kind]);
      await database.prisma.$executeRaw`UPDATE "Thread" SET "status" = 'ERROR', "updatedAt" = clock_timestamp() WHERE "id" = ${id}::uuid`;
    }
    await changes.return?.();
  });

  it('goes on after a database that did not answer', async () => {
    const clock = makeManualClock();
    const changes = await open({ as: { ...caller, clock, database: breakingOnce(caller) } });
    await create();
    const next = kindsOf(changes);
    await clock.whenSleeping(2);
    await clock.advance(1_000);
    expect(await next).toEqual(['CREATED']);
    await changes.return?.();
  });

  it('settles a next() that waits when it is returned, and when it is aborted', async () => {
    const abort = new AbortController();
    const [returned, aborted] = [await open(), await open({ abort: abort.signal })];
    const waiting = [returned.next(), aborted.next()];
    await returned.return?.();
    abort.abort();
    for (const result of waiting) expect((await result).done).toBe(true);
  });
});

/** The caller's database, of which the second statement fails: the first read after the feed has begun. */
function breakingOnce({ database }: Caller): Caller['database'] {
  let calls = 0;
  const prisma = new Proxy(database.prisma, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (name !== '$queryRaw') return found;
      return (...parameters: unknown[]) => {
        calls += 1;
        if (calls === 2) return Promise.reject(new Error('the connection broke'));
        return (found as (...given: unknown[]) => unknown).apply(target, parameters);
      };
    },
  });
  return { ...database, prisma };
}
