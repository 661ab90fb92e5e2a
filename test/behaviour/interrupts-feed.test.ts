import { v7 as uuid7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Interrupt } from '../../src/domain/interrupt.js';
import type { Caller } from '../../src/services/caller.js';
import { watchInterrupts } from '../../src/services/feeds/watch-interrupts.js';
import { updateThread } from '../../src/services/threads/update-thread.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { type Feed, openFeed } from '../support/feed.js';
import { gaugeChangeListeners } from '../support/gauge.js';
import { makeManualClock } from '../support/manual-clock.js';
import { insertThread } from '../support/running-run.js';
import { deleteRunOf } from '../support/runs.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { waitForEvent } from '../support/telemetry.js';
import { runOn, updateState } from '../support/thread-states.js';

interface InterruptJson {
  readonly interruptId: string;
  readonly value: string;
  readonly threadId: string;
  readonly runId: string | null;
  readonly resolvedAt: string | null;
}

const WATCH = `subscription ($filter: InterruptFilter) { interruptsChanged(filter: $filter) {
  interruptId value threadId runId resolvedAt thread { id } run { id } } }`;

let server: TestServer;
let caller: Caller;
const feeds: Feed<unknown>[] = [];
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
  caller = { ...server.app.deps, ...DEFAULT_TENANT };
});
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.close())));
afterAll(() => server.close());

/** A feed that has begun. */
async function watch(filter: object | null = null, url = server.url): Promise<Feed<InterruptJson>> {
  const began = waitForEvent(server.telemetry, 'feed.began');
  const feed = openFeed<InterruptJson>(url, WATCH, { filter });
  feeds.push(feed);
  await began;
  return feed;
}

const pause = (assistantId: string, input: object = {}) => runOn(server.url, { assistantId, input: {}, ...input });
const answer = (assistantId: string, threadId: string) => runOn(server.url, { assistantId, threadId, command: { resume: 'yes' } });
const some = (): unknown => expect.any(String);

describe('interruptsChanged', () => {
  it('tells that an interrupt appeared, and that a resume answered it', async () => {
    const feed = await watch();
    const { threadId, id } = await pause('review');
    const appeared = await feed.next();
    expect(appeared).toMatchObject({ value: 'approve?', threadId, runId: id, resolvedAt: null, thread: { id: threadId }, run: { id } });
    await answer('review', threadId);
    expect(await feed.next()).toEqual({ ...appeared, resolvedAt: some() });
  });

  it('tells that one waits again, because the run that had answered it was deleted', async () => {
    const { threadId } = await pause('review');
    const { id } = await answer('review', threadId);
    const feed = await watch();
    await deleteRunOf(server.url, id);
    expect(await feed.next()).toMatchObject({ value: 'approve?', threadId, resolvedAt: null });
    await answer('review', threadId);
    expect(await feed.next()).toMatchObject({ value: 'approve?', threadId, resolvedAt: some() });
  });

  it('tells that a state update resolved one', async () => {
    const feed = await watch();
    const { threadId } = await pause('review');
    const appeared = await feed.next();
    await updateState(server.url, threadId, { values: { steps: ['by hand'] }, asNode: 'send' });
    expect(await feed.next()).toEqual({ ...appeared, resolvedAt: some() });
  });

  it('tells of each of several questions of one run', async () => {
    const feed = await watch();
    const { threadId } = await pause('fan');
    expect(new Set((await Promise.all([feed.next(), feed.next()])).map(({ value }) => value))).toEqual(new Set(['left?', 'right?']));
    const next = await pause('review');
    expect((await feed.next()).threadId).toBe(next.threadId);
    expect(next.threadId).not.toBe(threadId);
  });

  it('tells nothing of what was there before, until it changes', async () => {
    const earlier = await pause('review');
    const feed = await watch();
    const later = await pause('review');
    expect((await feed.next()).threadId).toBe(later.threadId);
    await answer('review', earlier.threadId);
    expect(await feed.next()).toMatchObject({ threadId: earlier.threadId, resolvedAt: some() });
  });

  it('is filtered by thread, assistant, graph and metadata of the thread; pending is ignored', async () => {
    const { threadId } = await pause('review');
    await answer('review', threadId);
    await updateThread(caller, threadId, { metadata: { team: { name: 'north' } } });
    const filters = [
      { threadId },
      { threadId: threadId.toUpperCase(), pending: false },
      { assistantId: 'review', threadMetadata: { team: { name: 'north' } } },
      { graphId: 'review', threadMetadata: { team: {} }, pending: true },
    ];
    const open: Feed<InterruptJson>[] = [];
    for (const filter of filters) open.push(await watch(filter));
    await pause('fan');
    await pause('review');
    const { id } = await pause('review', { threadId });
    await answer('review', threadId);
    for (const feed of open) {
      expect(await feed.next()).toMatchObject({ threadId, runId: id });
    }
  });

  it('tells nothing of what a stateless run asks that is over', async () => {
    const feed = await watch();
    await pause('review', { onCompletion: 'DELETE' });
    const kept = await pause('review');
    expect((await feed.next()).threadId).toBe(kept.threadId);
  });

  it('refuses a thread id that is none', async () => {
    const feed = openFeed(server.url, WATCH, { filter: { threadId: 'x' } });
    feeds.push(feed);
    await expect(feed.next()).rejects.toThrow('BAD_USER_INPUT');
  });

  it('tells nothing of another tenant', async () => {
    const feed = await watch();
    const other = await insertInterrupt({ tenantId: 'other' });
    caller.signals.notifyChange({ ...DEFAULT_TENANT, noun: 'thread', id: other, threadId: other });
    const mine = await insertInterrupt();
    expect((await feed.next()).threadId).toBe(mine);
  });

  it('tells of one whose transaction had begun before the feed, and ends after', async () => {
    const feed = await watch();
    const threadId = await insertInterrupt({ secondsAgo: 20 });
    expect((await feed.next()).threadId).toBe(threadId);
  });

  it('looks for what it may have missed, and for what nobody announced', async () => {
    const clock = makeManualClock();
    let missed: () => void = () => undefined;
    const deaf = {
      ...caller.signals,
      listenChanges(_tenantId: string, listener: { missed(): void }) {
        missed = () => listener.missed();
        return () => undefined;
      },
    };
    const feed = await watchInterrupts(
      { ...caller, clock, signals: deaf },
      { filter: null, abort: new AbortController().signal, waitingMax: 1 },
    );
    const threadIds = [await insertInterrupt(), await insertInterrupt(), await insertInterrupt()];
    const found = feed.next();
    missed();
    expect(threadsIn(await found)).toEqual(threadIds);
    const later = await insertInterrupt();
    const next = feed.next();
    await clock.whenSleeping(1);
    await clock.advance(30_000);
    expect(threadsIn(await next)).toEqual([later]);
    await feed.return?.();
  });

  it('looks at everything when more threads have changed than wait for a slow reader', async () => {
    const feed = await watchInterrupts(caller, { filter: null, abort: new AbortController().signal, waitingMax: 1 });
    const threadIds = [await insertInterrupt(), await insertInterrupt(), await insertInterrupt()];
    const told: string[] = [];
    while (told.length < threadIds.length) {
      told.push(...threadsIn(await feed.next()));
    }
    expect(told.sort()).toEqual(threadIds.sort());
    await feed.return?.();
  });

  it('is given back when the client hangs up', async () => {
    const { signals, listeners } = gaugeChangeListeners(server.app.deps.signals);
    const door = await server.openDoor({}, { signals });
    const feed = await watch(null, door.url);
    await listeners.reached(1);
    await feed.close();
    await listeners.reached(0);
    await door.stop();
  });

  const threadsIn = ({ value }: IteratorResult<readonly Interrupt[], undefined>): string[] => (value ?? []).map(({ threadId }) => threadId);

  /** A question in a thread of its own, as a run that pauses leaves it. Gives the thread. */
  async function insertInterrupt({ tenantId = DEFAULT_TENANT.tenantId, secondsAgo = 0 } = {}): Promise<string> {
    const { prisma } = caller.database;
    const threadId = await insertThread(caller.database);
    await prisma.$transaction([
      prisma.$executeRaw`
        INSERT INTO "Interrupt" ("id", "tenantId", "threadId", "interruptId", "namespace", "value", "createdAt")
        VALUES (${uuid7()}::uuid, ${tenantId}, ${threadId}::uuid, 'i', '{}', '"why?"', CURRENT_TIMESTAMP - make_interval(secs => ${secondsAgo}::float8))`,
      prisma.$executeRaw`UPDATE "Thread" SET "tenantId" = ${tenantId}, "updatedAt" = CURRENT_TIMESTAMP WHERE "id" = ${threadId}::uuid`,
    ]);
    caller.signals.notifyChange({ tenantId, noun: 'thread', id: threadId, threadId });
    return threadId;
  }
});
