import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRun } from '../../src/services/runs/create-run.js';
import { sweepTemporaryThreads } from '../../src/services/threads/sweep-temporary-threads.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { ask } from '../support/client.js';
import { type Feed, openFeed } from '../support/feed.js';
import { gaugeChangeListeners } from '../support/gauge.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { runOn } from '../support/thread-states.js';

const ABSENT = '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc';
const RESYNC = { kind: 'RESYNC', runId: null, run: null };

interface RunChangeJson {
  readonly kind: string;
  readonly runId: string | null;
  readonly run: { readonly id: string; readonly status: string } | null;
}

const WATCH = `subscription ($runId: ID, $threadId: ID, $assistantId: ID) {
  runStatusChanged(runId: $runId, threadId: $threadId, assistantId: $assistantId) { kind runId run { id status } } }`;
const CREATE_RUN = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId } } }';

let server: TestServer;
const feeds: Feed<unknown>[] = [];
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.close())));
afterAll(() => server.close());

function watch(variables: Record<string, unknown> = {}, url = server.url): Feed<RunChangeJson> {
  const feed = openFeed<RunChangeJson>(url, WATCH, variables);
  feeds.push(feed);
  return feed;
}

async function create(input: object, url = server.url): Promise<{ id: string; threadId: string }> {
  return (await ask<{ createRun: { run: { id: string; threadId: string } } }>(url, CREATE_RUN, { input })).createRun.run;
}

const updated = (id: string, status: string): RunChangeJson => ({ kind: 'UPDATED', runId: id, run: { id, status } });
const deleted = (id: string): RunChangeJson => ({ kind: 'DELETED', runId: id, run: null });
const deleteThread = (id: string) => ask(server.url, 'mutation ($id: ID!) { deleteThread(id: $id) { deletedId } }', { id });

describe('runStatusChanged of one run', () => {
  it('gives its status, then each change once, and completes after the final one', async () => {
    const idle = await startTestServer({ langgraphJson: STATE_GRAPHS, executor: false });
    const { id, threadId } = await create({ assistantId: 'chat', input: { messages: [] }, onCompletion: 'KEEP' }, idle.url);
    const open = [{ runId: id }, { runId: id.toUpperCase(), threadId, assistantId: 'chat' }].map((variables) => watch(variables, idle.url));
    for (const feed of open) expect(await feed.next()).toEqual(updated(id, 'PENDING'));
    await idle.startExecutor();
    for (const feed of open) expect(await feed.rest()).toEqual([updated(id, 'RUNNING'), updated(id, 'SUCCESS')]);
    expect(await watch({ runId: id }, idle.url).rest()).toEqual([updated(id, 'SUCCESS')]);
    await idle.close();
  });

  it('tells that it failed, and that it paused', async () => {
    for (const [assistantId, status] of [
      ['failing', 'ERROR'],
      ['review', 'INTERRUPTED'],
    ] as const) {
      const { id } = await create({ assistantId, input: {} });
      expect((await watch({ runId: id }).rest()).at(-1)).toEqual(updated(id, status));
    }
  });

  it('refuses an unknown run, one of another thread or assistant, and ids that are none', async () => {
    const { id, threadId } = await create({ assistantId: 'chat', input: { messages: [] } });
    for (const variables of [{ runId: ABSENT }, { runId: id, threadId: ABSENT }, { runId: id, threadId, assistantId: 'review' }]) {
      await expect(watch(variables).next()).rejects.toThrow('RUN_NOT_FOUND');
    }
    for (const variables of [{ runId: 'x' }, { threadId: 'x' }, { runId: id, threadId: 'x' }]) {
      await expect(watch(variables).next()).rejects.toThrow('BAD_USER_INPUT');
    }
  });

  it('tells that it is gone, and completes', async () => {
    const threadId = await insertThread(server.app.deps.database);
    const { runId } = await insertRunningRun(server.app.deps.database, threadId);
    const feed = watch({ runId });
    expect(await feed.next()).toEqual(updated(runId, 'RUNNING'));
    await server.app.deps.database.prisma.run.update({ where: { id: runId }, data: { status: 'CANCELLED' } });
    await deleteThread(threadId);
    expect(await feed.rest()).toEqual([deleted(runId)]);
  });
});

describe('runStatusChanged of all runs', () => {
  it('says RESYNC, then tells of each run: created, changed, gone', async () => {
    const feed = watch();
    expect(await feed.next()).toEqual(RESYNC);
    const { id, threadId } = await runOn(server.url, { assistantId: 'chat', input: { messages: [] } });
    const changes = await feed.takeUntil(({ run }) => run?.status === 'SUCCESS');
    expect(changes.map(({ kind }) => kind)).toEqual(['CREATED', ...changes.slice(1).map(() => 'UPDATED')]);
    const statuses = changes.map(({ run }) => run?.status);
    expect(['PENDING', 'RUNNING', 'SUCCESS'].filter((status) => statuses.includes(status))).toEqual(statuses);
    await deleteThread(threadId);
    expect(await feed.next()).toEqual(deleted(id));
  });

  it('tells of those of one thread, and of one assistant by its id or its graph, only', async () => {
    const mine = await runOn(server.url, { assistantId: 'chat', input: { messages: [] } });
    const assistantId = (await ask<{ assistant: { id: string } }>(server.url, '{ assistant(id: "chat") { id } }')).assistant.id;
    const open = [{ threadId: mine.threadId }, { assistantId: 'chat' }, { assistantId }].map((variables) => watch(variables));
    for (const feed of open) expect(await feed.next()).toEqual(RESYNC);
    const other = await runOn(server.url, { assistantId: 'failing', input: {} });
    const next = await runOn(server.url, { assistantId: 'chat', threadId: mine.threadId, input: { messages: [] } });
    for (const feed of open) expect(await feed.next()).toMatchObject({ kind: 'CREATED', runId: next.id });
    const [ofThread] = open;
    await ofThread?.takeUntil(({ run }) => run?.status === 'SUCCESS');
    await deleteThread(other.threadId);
    await deleteThread(mine.threadId);
    expect(new Set((await ofThread?.take(2))?.map(({ runId }) => runId))).toEqual(new Set([mine.id, next.id]));
  });

  it('tells how a stateless run ended, and that it is gone when it is', async () => {
    const feed = watch();
    expect(await feed.next()).toEqual(RESYNC);
    const { id, threadId } = await runOn(server.url, { assistantId: 'chat', input: { messages: [] }, onCompletion: 'DELETE' });
    expect((await feed.takeUntil(({ run }) => run?.status === 'SUCCESS')).at(-1)?.runId).toBe(id);
    await server.app.deps.database.prisma.thread.update({ where: { id: threadId }, data: { expiresAt: new Date(0) } });
    await sweepTemporaryThreads(server.app.deps);
    expect(await feed.next()).toEqual(deleted(id));
  });

  it('tells nothing of another tenant', async () => {
    const feed = watch();
    expect(await feed.next()).toEqual(RESYNC);
    await createRun({ ...server.app.deps, tenantId: 'other' }, { assistantId: 'chat', input: { messages: [] } });
    const { id } = await createRun({ ...server.app.deps, ...DEFAULT_TENANT }, { assistantId: 'chat', input: { messages: [] } });
    expect(await feed.next()).toMatchObject({ kind: 'CREATED', runId: id });
  });

  it('is given back when the client hangs up', async () => {
    const { signals, listeners } = gaugeChangeListeners(server.app.deps.signals);
    const door = await server.openDoor({}, { signals });
    const feed = watch({}, door.url);
    await feed.next();
    await listeners.reached(1);
    await feed.close();
    await listeners.reached(0);
    await door.stop();
  });
});
