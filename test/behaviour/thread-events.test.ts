import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeEventId } from '../../src/domain/event-id.js';
import { expireEvents } from '../../src/services/log/expire-events.js';
import { followRun } from '../../src/services/log/follow-run.js';
import { followThread } from '../../src/services/log/follow-thread.js';
import { transact } from '../../src/store/database/database.js';
import { appendThreadEvents } from '../../src/store/events/append-thread-events.js';
import { findLastSeqOfThread } from '../../src/store/events/read-events.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { ask, collect, followEvents } from '../support/client.js';
import { type Feed, openFeed } from '../support/feed.js';
import { type Gauge, gaugeSubscribers } from '../support/gauge.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';
import { STATE_GRAPHS, startTestServer, type TestDoor, type TestServer } from '../support/server.js';
import { readState, runOn, STATE, type StateJson, updateState } from '../support/thread-states.js';

const ABSENT = '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc';

interface ThreadEventJson {
  readonly __typename: 'ThreadRunEvent' | 'ThreadRunStatusEvent' | 'ThreadStatusEvent' | 'ThreadStateEvent';
  readonly eventId: string;
  readonly seq: number;
  readonly event?: { readonly __typename: string; readonly seq: number; readonly runId: string; readonly namespace: readonly string[] };
  readonly run?: { readonly id: string; readonly status: string };
  readonly thread?: { readonly id: string; readonly status: string };
  readonly state?: StateJson;
}

const FOLLOW = `subscription ($threadId: ID!, $after: ID, $modes: [StreamMode!], $subgraphs: Boolean) {
  threadEvents(threadId: $threadId, after: $after, modes: $modes, subgraphs: $subgraphs) {
    __typename eventId seq threadId createdAt
    ... on ThreadRunEvent { event { __typename eventId seq runId namespace data } }
    ... on ThreadRunStatusEvent { run { id status } }
    ... on ThreadStatusEvent { thread { id status } }
    ...Stated
  } }
  fragment Stated on ThreadEvent { ... on ThreadStateEvent { state { ${STATE} } } }`;

let server: TestServer;
let door: TestDoor;
/** Who has joined a thread's tail through the door. */
let subscribers: Gauge;
const open: Feed<unknown>[] = [];
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
  const gauged = gaugeSubscribers(server.app.deps.tails);
  subscribers = gauged.subscribers;
  door = await server.openDoor({}, { tails: gauged.tails });
});
afterEach(() => Promise.all([...open].map(close)));
afterAll(async () => {
  await door.stop();
  await server.close();
});

function follow(threadId: string, variables: object = {}): Feed<ThreadEventJson> {
  const feed = openFeed<ThreadEventJson>(door.url, FOLLOW, { threadId, ...variables });
  open.push(feed);
  return feed;
}

/** Resolves when the feed has left its tail. */
async function close(feed: Feed<unknown>): Promise<void> {
  open.splice(open.indexOf(feed), 1);
  await feed.close();
  await subscribers.reached(open.length);
}

/** Joins the thread from now on, and resolves when it has. */
async function followLive(threadId: string, variables: object = {}): Promise<Feed<ThreadEventJson>> {
  const feed = follow(threadId, variables);
  await subscribers.reached(open.length);
  return feed;
}

const newThread = async (): Promise<string> =>
  (await ask<{ createThread: { thread: { id: string } } }>(server.url, 'mutation { createThread { thread { id } } }')).createThread.thread
    .id;
const say = (threadId: string, content: string): Promise<{ id: string }> =>
  runOn(server.url, { assistantId: 'chat', threadId, input: { messages: [{ role: 'user', content }] } });
const lastSeqOf = async (threadId: string): Promise<number> => (await findLastSeqOfThread(server.app.deps.database.prisma, threadId)) ?? 0;

/** Everything that the log of a thread has now, from its first event on: from the table, unless somebody else follows the thread. */
async function replay(threadId: string, variables: object = {}): Promise<ThreadEventJson[]> {
  const lastSeq = await lastSeqOf(threadId);
  const feed = follow(threadId, { after: '', ...variables });
  const events = await feed.takeUntil(({ seq }) => seq === lastSeq);
  await close(feed);
  return events;
}

describe('threadEvents', () => {
  it('gives the whole log of two runs without a gap: replayed, resumed half-way, and live', async () => {
    const threadId = await newThread();
    const live = await followLive(threadId);
    const runs = [await say(threadId, 'one'), await say(threadId, 'two')];
    const all = await live.take(await lastSeqOf(threadId));
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(new Set(all.flatMap(({ event, run }) => event?.runId ?? run?.id ?? []))).toEqual(new Set(runs.map(({ id }) => id)));
    expect(await replay(threadId)).toEqual(all);
    await close(live);
    expect(await replay(threadId)).toEqual(all);
    for (const half of [0, Math.floor(all.length / 2), all.length - 2]) {
      expect(await replay(threadId, { after: all[half]?.eventId })).toEqual(all.slice(half + 1));
    }
  });

  it('tells each status of run and thread as it was then', async () => {
    const threadId = await newThread();
    const runs = [await say(threadId, 'one'), await say(threadId, 'two')];
    const all = await replay(threadId);
    const statuses = ['PENDING', 'RUNNING', 'SUCCESS'];
    expect(all.flatMap(({ run }) => run ?? [])).toEqual(runs.flatMap(({ id }) => statuses.map((status) => ({ id, status }))));
    expect(all.flatMap(({ thread }) => thread ?? [])).toEqual(['BUSY', 'IDLE', 'BUSY', 'IDLE'].map((status) => ({ id: threadId, status })));
    expect(all.at(-1)).toMatchObject({ __typename: 'ThreadRunEvent', event: { __typename: 'RunEndEvent', seq: all.length } });
  });

  it('tells each state as Thread.state has it, of runs, pauses and state updates', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'review', input: {} });
    await updateState(server.url, threadId, { values: { steps: ['edited'] }, asNode: 'draft' });
    await runOn(server.url, { assistantId: 'review', threadId });
    await runOn(server.url, { assistantId: 'review', threadId, command: { resume: 'yes' } });
    const states = (await replay(threadId)).flatMap(({ state }) => state ?? []);
    expect(states).toHaveLength(4);
    for (const state of states) {
      const { checkpointId } = state.checkpoint;
      expect(state).toEqual(await readState(server.url, threadId, { checkpoint: { checkpointId } }));
    }
    expect(states.at(-1)?.values).toEqual((await readState(server.url, threadId))?.values);
  });

  it('leaves out what the filter does not want of runs, and nothing of the thread itself, replayed as live', async () => {
    const threadId = await newThread();
    const filter = { modes: ['UPDATES'], subgraphs: false };
    const live = await followLive(threadId, filter);
    await runOn(server.url, { assistantId: 'nested', threadId, input: {}, streamModes: ['VALUES', 'UPDATES'], streamSubgraphs: true });
    const all = await replay(threadId);
    const wanted = all.filter(({ event }) => {
      const isAlways = ['RunMetadataEvent', 'RunErrorEvent', 'RunEndEvent'].includes(event?.__typename ?? '');
      return !event || isAlways || (event.__typename === 'RunUpdatesEvent' && event.namespace.length === 0);
    });
    expect(wanted.length).toBeLessThan(all.length);
    expect(wanted.filter(({ event }) => !event).map(({ __typename }) => __typename)).toHaveLength(6);
    expect(await live.take(wanted.length)).toEqual(wanted);
    expect(await replay(threadId, filter)).toEqual(wanted);
    await close(live);
    expect(await replay(threadId, filter)).toEqual(wanted);
  });

  it('leaves out events whose run or checkpoint is gone, and goes on', async () => {
    const threadId = await newThread();
    const gone = await say(threadId, 'one');
    await say(threadId, 'two');
    const all = await replay(threadId);
    const lost = all.find(({ state }) => state)?.state?.checkpoint.checkpointId ?? '';
    await server.app.deps.database.prisma.checkpoint.deleteMany({ where: { checkpointId: lost } });
    await server.app.deps.database.prisma.run.delete({ where: { id: gone.id } });
    expect(await replay(threadId)).toEqual(all.filter(({ run, state }) => run?.id !== gone.id && state?.checkpoint.checkpointId !== lost));
    const plain = `subscription { threadEvents(threadId: "${threadId}", after: "") { __typename seq } }`;
    const feed = openFeed<ThreadEventJson>(server.url, plain);
    const seqs = (await feed.takeUntil(({ seq }) => seq === all.length)).map(({ seq }) => seq);
    await feed.close();
    expect(seqs).toEqual((await replay(threadId)).map(({ seq }) => seq));
  });

  it('leaves out states that the graph of the thread cannot read', async () => {
    const threadId = await newThread();
    await say(threadId, 'one');
    const all = await replay(threadId);
    const forget = 'mutation ($id: ID!) { updateThread(id: $id, input: { metadata: { graph_id: "forgotten" } }) { thread { id } } }';
    await ask(server.url, forget, { id: threadId });
    expect(await replay(threadId)).toEqual(all.filter(({ state }) => !state));
  });

  it('completes when its thread is deleted, and so does runEvents that waits', async () => {
    const threadId = await insertThread(server.app.deps.database);
    const { runId } = await insertRunningRun(server.app.deps.database, threadId);
    const ended = Promise.all([follow(threadId).rest(), collect(followEvents(door.url, runId))]);
    await subscribers.reached(2);
    await server.app.deps.database.prisma.run.update({ where: { id: runId }, data: { status: 'SUCCESS' } });
    await ask(server.url, 'mutation ($id: ID!) { deleteThread(id: $id) { deletedId } }', { id: threadId });
    expect(await ended).toEqual([[], []]);
    await subscribers.reached(0);
    open.splice(0);
  });

  it('completes when its thread is deleted while it is behind, and so does runEvents', async () => {
    const { database } = server.app.deps;
    const threadId = await insertThread(database);
    const { runId, attempt } = await insertRunningRun(database, threadId);
    const caller = { ...server.app.deps, ...DEFAULT_TENANT };
    const rest = { modes: null, subgraphs: true, abort: new AbortController().signal };
    const following = [
      await followRun(caller, runId, { ...rest, maxSize: 1 }),
      await followThread(caller, threadId, { ...rest, after: '', states: false }),
    ];
    await transact(database, (db) => appendThreadEvents(db, threadId, [{ kind: 'CUSTOM', namespace: [], data: 1, runId, attempt }]));
    await database.prisma.thread.delete({ where: { id: threadId } });
    server.app.deps.signals.notify(`thread:${threadId}`);
    for (const events of following) expect((await events.next()).done).toBe(true);
  });

  it('follows a thread that was created anew under the id of a deleted one', async () => {
    const threadId = await newThread();
    const old = await followLive(threadId);
    const held = server.app.deps.tails.join(threadId);
    await ask(server.url, 'mutation ($id: ID!) { deleteThread(id: $id) { deletedId } }', { id: threadId });
    await expect(old.next()).rejects.toThrow('completed');
    await close(old);
    await ask(server.url, 'mutation ($id: UUID!) { createThread(input: { id: $id }) { thread { id } } }', { id: threadId });
    const live = await followLive(threadId);
    await say(threadId, 'again');
    expect((await live.next()).seq).toBe(1);
    held.leave();
  });

  it('refuses an unknown thread, a malformed id, and cursors that are none of its own', async () => {
    const [threadId, other] = [await newThread(), await newThread()];
    await say(threadId, 'one');
    const [first] = await replay(threadId);
    await expect(follow(ABSENT).next()).rejects.toThrow('THREAD_NOT_FOUND');
    await expect(follow('x').next()).rejects.toThrow('BAD_USER_INPUT');
    const beyond = encodeEventId({ threadId, seq: (await lastSeqOf(threadId)) + 1 });
    for (const after of ['nonsense', encodeEventId({ threadId: other, seq: 1 }), beyond]) {
      await expect(follow(threadId, { after }).next()).rejects.toThrow('EVENT_CURSOR_INVALID');
    }
    await expect(follow(other, { after: first?.eventId }).next()).rejects.toThrow('EVENT_CURSOR_INVALID');
  });

  it('says that a cursor has expired exactly while events after it are gone', async () => {
    const threadId = await newThread();
    const old = await say(threadId, 'one');
    const all = await replay(threadId);
    await say(threadId, 'two');
    const { prisma } = server.app.deps.database;
    await prisma.run.update({ where: { id: old.id }, data: { finishedAt: new Date(Date.now() - 8 * 24 * 3_600_000) } });
    await expireEvents(server.app.deps, { retentionMs: 7 * 24 * 3_600_000 });

    const kept = await replay(threadId);
    expect(kept.filter(({ event, run }) => (event?.runId ?? run?.id) === old.id).map(({ event }) => event?.__typename)).toEqual([
      'RunEndEvent',
    ]);
    await expect(follow(threadId, { after: all[0]?.eventId }).next()).rejects.toThrow('EVENT_CURSOR_EXPIRED');
    const lastExpired = all.findLast(({ seq }) => !kept.some((event) => event.seq === seq));
    expect(await replay(threadId, { after: lastExpired?.eventId })).toEqual(kept.filter(({ seq }) => seq > (lastExpired?.seq ?? 0)));
  });

  it('is given back when the client hangs up', async () => {
    const feed = await followLive(await newThread());
    await subscribers.reached(1);
    await feed.close();
    await subscribers.reached(0);
    open.splice(0);
  });
});
