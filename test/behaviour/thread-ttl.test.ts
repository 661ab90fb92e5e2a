import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TtlStrategy } from '../../src/domain/thread-ttl.js';
import { startSweeps } from '../../src/executor/sweeps.js';
import { sweepExpiredThreads } from '../../src/services/threads/sweep-expired-threads.js';
import { sweepTemporaryThreads } from '../../src/services/threads/sweep-temporary-threads.js';
import { ask, codesOf, send } from '../support/client.js';
import { makeManualClock } from '../support/manual-clock.js';
import { countOrphans, NO_ORPHANS } from '../support/orphans.js';
import { cancelRunOf, createRunOn } from '../support/runs.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { makeTemporaryFolder } from '../support/skein-process.js';
import { waitForEvent } from '../support/telemetry.js';
import { createThread, readHistory, readThread, runOn, updateState } from '../support/thread-states.js';

const MINUTE = 60_000;
const UPDATE = 'mutation ($id: ID!, $input: UpdateThreadInput!) { updateThread(id: $id, input: $input) { thread { expiresAt } } }';
const HELLO = { messages: [{ role: 'user', content: 'hello' }] };

let server: TestServer;
let url: string;
let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  server = await startTestServer({ langgraphJson: await writeConfig({ default_ttl: 90, sweep_interval_minutes: 30 }) });
  url = server.url;
});
afterAll(async () => {
  await server.close();
  await folder.remove();
});
// What one test leaves is not due in another.
beforeEach(() => server.app.deps.database.prisma.thread.updateMany({ data: { expiresAt: null } }));

/** The graphs of the state tests, with a time to live. */
async function writeConfig(ttl: object): Promise<string> {
  const { graphs } = JSON.parse(await readFile(STATE_GRAPHS, 'utf8')) as { graphs: Record<string, string> };
  const absolute = Object.fromEntries(Object.entries(graphs).map(([id, path]) => [id, resolve(dirname(STATE_GRAPHS), path)]));
  const path = join(folder.path, 'langgraph.json');
  await writeFile(path, JSON.stringify({ graphs: absolute, checkpointer: { ttl } }));
  return path;
}

/** As if it had rested for its whole time to live; the database's clock cannot be moved. */
const expire = (...ids: string[]) =>
  server.app.deps.database.prisma.thread.updateMany({ where: { id: { in: ids } }, data: { expiresAt: new Date(0) } });

const makeThreads = (count: number) =>
  Promise.all(Array.from({ length: count }, () => createThread(url, { ttlMinutes: 7 }).then(({ id }) => id)));

/** Minutes from the last thing that happened on a thread until it expires; null: it never does. */
async function restLeft(id: string): Promise<number | null> {
  const { expiresAt, updatedAt } = await server.app.deps.database.prisma.thread.findUniqueOrThrow({ where: { id } });
  return expiresAt && (expiresAt.getTime() - updatedAt.getTime()) / MINUTE;
}

async function remaining(ids: readonly string[]): Promise<string[]> {
  const rows = await server.app.deps.database.prisma.thread.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  return rows.map(({ id }) => id).sort();
}

/** All that is due, as the loop does it; returns how many. */
async function sweep(strategy: TtlStrategy): Promise<number> {
  let count = 0;
  const telemetry = { ...server.telemetry, emit: (_name: string, facts: object) => (count += (facts as { count: number }).count) };
  while (await sweepExpiredThreads({ ...server.app.deps, telemetry }, { strategy }));
  return count;
}

describe('a thread expires', () => {
  test('its own time to live after it was made, else the default one; with null never', async () => {
    expect(await restLeft((await createThread(url, { ttlMinutes: 7 })).id)).toBe(7);
    expect(await restLeft((await createThread(url, {})).id)).toBe(90);
    expect(await restLeft((await createThread(url, { ttlMinutes: null })).id)).toBeNull();
  });

  test('also when a run made it: one that stays by the default, one that goes with its run by its own rule', async () => {
    const kept = await createRunOn(url, { assistantId: 'chat', input: HELLO, onCompletion: 'KEEP', afterSeconds: 1_000 });
    expect(await restLeft(kept.threadId)).toBe(90);
    const named = crypto.randomUUID();
    await createRunOn(url, { assistantId: 'chat', threadId: named, ifNotExists: 'CREATE', input: HELLO, afterSeconds: 1_000 });
    expect(await restLeft(named)).toBe(90);
    const temporary = await createRunOn(url, { assistantId: 'chat', input: HELLO, onCompletion: 'DELETE', afterSeconds: 1_000 });
    expect(await restLeft(temporary.threadId)).toBeNull();
  });

  test('later, when something happens on it: a run is put there, ends or is cancelled, the state or the metadata is changed', async () => {
    const { id } = await createThread(url, { ttlMinutes: 7, graphId: 'chat' });
    const acts: readonly (() => Promise<unknown>)[] = [
      () => runOn(url, { assistantId: 'chat', threadId: id, input: HELLO }),
      () => createRunOn(url, { assistantId: 'chat', threadId: id, input: HELLO, afterSeconds: 1_000 }).then((run) => (pending = run.id)),
      () => cancelRunOf(url, pending),
      () => updateState(url, id, { values: HELLO }),
      () => ask(url, UPDATE, { id, input: { metadata: { read: true } } }),
    ];
    let pending = '';
    for (const act of acts) {
      await expire(id);
      await act();
      expect(await restLeft(id)).toBe(7);
    }
    await expire(id);
    await readThread(url, id);
    await readHistory(url, id);
    expect((await readThread(url, id)).expiresAt).toBe(new Date(0).toISOString());
  });

  test('by the time to live it was given last; null takes it away', async () => {
    const { id } = await createThread(url, { ttlMinutes: 7 });
    await ask(url, UPDATE, { id, input: { ttlMinutes: 20 } });
    expect(await restLeft(id)).toBe(20);
    await ask(url, UPDATE, { id, input: { ttlMinutes: null } });
    expect(await restLeft(id)).toBeNull();
    await runOn(url, { assistantId: 'chat', threadId: id, input: HELLO });
    expect(await restLeft(id)).toBeNull();
  });

  test.each([0, -5])('never by a time to live of %d minutes: that is refused, and nothing has changed', async (ttlMinutes) => {
    const { id } = await createThread(url, { ttlMinutes: 7 });
    expect(codesOf(await send(url, UPDATE, { id, input: { ttlMinutes, metadata: { x: 1 } } }))).toEqual(['BAD_USER_INPUT']);
    expect(await readThread(url, id)).toMatchObject({ metadata: {} });
    expect(await restLeft(id)).toBe(7);
    const own = crypto.randomUUID();
    const create = 'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id } } }';
    expect(codesOf(await send(url, create, { input: { id: own, ttlMinutes } }))).toEqual(['BAD_USER_INPUT']);
    expect(await remaining([own])).toEqual([]);
  });
});

describe('a sweep', () => {
  test('of two at once takes each expired thread once, more of them than one round takes, and no other', async () => {
    const [due, resting] = await Promise.all([makeThreads(110), makeThreads(5)]);
    await expire(...due);
    const counts = await Promise.all([sweep('delete'), sweep('delete')]);
    expect(counts[0] + counts[1]).toBe(110);
    expect(await remaining([...due, ...resting])).toEqual([...resting].sort());
  });

  test('that deletes takes everything along', async () => {
    const { id: runId, threadId } = await runOn(url, { assistantId: 'chat', input: HELLO });
    await expire(threadId);
    expect(await sweep('delete')).toBe(1);
    expect(await ask(url, 'query ($t: ID!, $r: ID!) { thread(id: $t) { id } run(id: $r) { id } }', { t: threadId, r: runId })).toEqual({
      thread: null,
      run: null,
    });
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
  });

  test.each(['delete', 'keep_latest'] as const)('by %s leaves a thread alone while a run of it is active', async (strategy) => {
    const { id } = await createThread(url, { ttlMinutes: 7 });
    const run = await createRunOn(url, { assistantId: 'chat', threadId: id, input: HELLO, afterSeconds: 1_000 });
    await expire(id);
    expect(await sweep(strategy)).toBe(0);
    expect(await readThread(url, id)).toMatchObject({ status: 'BUSY' });
    await cancelRunOf(url, run.id);
    expect(await restLeft(id)).toBe(7);
  });

  test('that keeps the latest leaves the state and what waits, once until something happens again; two at once share the work', async () => {
    const { threadId: id } = await runOn(url, { assistantId: 'review', input: { steps: [] } });
    await runOn(url, { assistantId: 'review', threadId: id, command: { resume: 'yes' } });
    await runOn(url, { assistantId: 'review', threadId: id, input: { steps: ['again'] } });
    const ids = [id, ...(await makeThreads(24))];
    const before = await readThread(url, id);
    expect((await readHistory(url, id)).nodes.length).toBeGreaterThan(1);
    await expire(...ids);
    const counts = await Promise.all([sweep('keep_latest'), sweep('keep_latest')]);
    expect(counts[0] + counts[1]).toBe(ids.length);
    expect((await readHistory(url, id)).nodes).toHaveLength(1);
    const after = await readThread(url, id);
    expect(after).toEqual({ ...before, expiresAt: null, storage: after.storage });
    expect(after.storage.checkpointCount).toBeLessThan(before.storage.checkpointCount);
    expect(await countOrphans(server.app.deps.database)).toEqual(NO_ORPHANS);
    expect(await sweep('keep_latest')).toBe(0);
    expect(await runOn(url, { assistantId: 'review', threadId: id, command: { resume: 'yes' } })).toMatchObject({ status: 'SUCCESS' });
    expect(await restLeft(id)).toBe(90);
  });

  test('of temporary threads takes those whose grace has passed, whatever becomes of others', async () => {
    const ended = async () => (await runOn(url, { assistantId: 'chat', input: HELLO, onCompletion: 'DELETE' })).threadId;
    const [past, within] = [await ended(), await ended()];
    const { id: other } = await createThread(url, { ttlMinutes: 7 });
    const left = (await readThread(url, within)).expiresAt;
    expect(Date.parse(left!) - Date.now()).toBeGreaterThan(30_000);
    await expire(past, other);
    while (await sweepTemporaryThreads(server.app.deps));
    expect(await remaining([past, within, other])).toEqual([within, other].sort());
    await ask(url, UPDATE, { id: within, input: { ttlMinutes: 500 } });
    expect((await readThread(url, within)).expiresAt).toBe(left);
  });

  test('rests for as long as the configuration says', async () => {
    const { id } = await createThread(url, { ttlMinutes: 7 });
    const clock = makeManualClock();
    const threadTtl = { strategy: 'delete', defaultMinutes: null, sweepEveryMinutes: 3 } as const;
    const sweeps = startSweeps({ ...server.app.deps, clock }, { eventRetentionMs: 1_000 * MINUTE, threadTtl });
    await clock.whenSleeping(5);
    await expire(id);
    const swept = waitForEvent(server.telemetry, 'threads.expired');
    await clock.advance(3 * MINUTE);
    expect(await swept).toEqual({ count: 1, strategy: 'delete' });
    expect(await remaining([id])).toEqual([]);
    await sweeps.stop();
  });
});
