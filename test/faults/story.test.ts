import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database/database.js';
import { ask, collect, EVENT_FIELDS, type EventRecord, followEvents, standingEvents } from '../support/client.js';
import { makeTemporaryFolder, type SkeinProcess, startSkein } from '../support/skein-process.js';

const STEPS = 6;
const CREATE_RUN = `mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId status } } }`;
const JOIN_RUN = `mutation ($id: ID!) { joinRun(id: $id) { done values run { status attempt } } }`;
const THREAD = `query ($id: ID!) { thread(id: $id) { status values activeRun { id } } }`;
const RUN_EVENTS = `query ($id: ID!) { run(id: $id) { events(first: 1000) { nodes { ${EVENT_FIELDS} } } } }`;

interface Created {
  createRun: { run: { id: string; threadId: string; status: string } };
}
interface Joined {
  joinRun: { done: boolean; values: unknown; run: { status: string; attempt: number } };
}

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let server: SkeinProcess;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  server = await start();
});

afterAll(async () => {
  await server.kill('SIGKILL');
  await folder.remove();
});

function start(env: Record<string, string> = {}): Promise<SkeinProcess> {
  return startSkein({ args: ['serve'], cwd: folder.path, env: { RUN_SLOTS: '1', ...env } });
}

async function createSlowRun(delayMs: number, options: object = {}): Promise<{ id: string; threadId: string }> {
  const input = { steps: STEPS, delayMs };
  const created = await ask<Created>(server.url, CREATE_RUN, {
    input: { assistantId: 'slow', input, streamModes: ['VALUES', 'UPDATES'], onCompletion: 'KEEP', ...options },
  });
  return created.createRun.run;
}

async function join(id: string): Promise<Joined['joinRun']> {
  return (await ask<Joined>(server.url, JOIN_RUN, { id })).joinRun;
}

async function readLog(id: string): Promise<EventRecord[]> {
  return (await ask<{ run: { events: { nodes: EventRecord[] } } }>(server.url, RUN_EVENTS, { id })).run.events.nodes;
}

/** Reads events until `count` of one type have come, then leaves. */
async function readUntil(runId: string, typename: string, count: number): Promise<EventRecord[]> {
  const events: EventRecord[] = [];
  for await (const event of followEvents(server.url, runId)) {
    events.push(event);
    if (events.filter(({ __typename }) => __typename === typename).length === count) break;
  }
  return events;
}

/** What happened, without when and under which name it was logged. */
function content(events: readonly EventRecord[]) {
  return events
    .filter(({ __typename }) => __typename !== 'RunMetadataEvent')
    .map(({ __typename, namespace, data }) => ({ __typename, namespace, data }));
}

describe('a server that is killed in mid-run and started again', () => {
  it('ends the run as if nothing had happened, with a log that has neither a gap nor a repetition', async () => {
    const undisturbed = await createSlowRun(0);
    const reference = await join(undisturbed.id);
    const referenceEvents = await collect(followEvents(server.url, undisturbed.id));

    const run = await createSlowRun(150);
    const waiting = await createSlowRun(0);
    const seen = await readUntil(run.id, 'RunUpdatesEvent', 3);
    await server.kill('SIGKILL');
    server = await start();

    const rest = await collect(followEvents(server.url, run.id, { after: seen.at(-1)?.eventId ?? '' }));
    const joined = await join(run.id);
    expect(joined).toMatchObject({ done: true, run: { status: 'SUCCESS', attempt: 2 } });
    expect(joined.values).toEqual(reference.values && withDelay(reference.values, 150));

    const all = [...seen, ...rest];
    expect(await readLog(run.id)).toEqual(all);
    expect(rest.filter(({ __typename }) => __typename === 'RunMetadataEvent')).toMatchObject([{ attempt: 2 }]);
    expect(content(standingEvents(all))).toEqual(content(referenceEvents).map((event) => withDelay(event, 150)));
    expect(content(all).length).toBeGreaterThan(0);

    expect(await join(waiting.id)).toMatchObject({ done: true, run: { status: 'SUCCESS', attempt: 1 } });
    expect(await ask(server.url, THREAD, { id: run.threadId })).toMatchObject({
      thread: { status: 'IDLE', activeRun: null, values: joined.values },
    });
    await expectGapFreeLogs([run.threadId, waiting.threadId]);
  });

  it('ends a run in ERROR when it was lost more often than RUN_MAX_LOST allows, and those that wait for its slot and its thread go on', async () => {
    await server.kill('SIGTERM');
    server = await start({ RUN_MAX_LOST: '1' });
    const run = await createSlowRun(10_000);
    const elsewhere = await createSlowRun(0);
    const next = await createSlowRun(0, { threadId: run.threadId, multitaskStrategy: 'ENQUEUE' });
    for (const attempt of [1, 2]) {
      await readUntil(run.id, 'RunMetadataEvent', attempt);
      await server.kill('SIGKILL');
      server = await start({ RUN_MAX_LOST: '1' });
    }
    expect(await join(run.id)).toMatchObject({ done: true, run: { status: 'ERROR', attempt: 2 } });
    expect((await readLog(run.id)).slice(-2)).toMatchObject([
      { __typename: 'RunErrorEvent', data: { error: 'RunLost' } },
      { __typename: 'RunEndEvent', status: 'ERROR' },
    ]);
    expect(await join(elsewhere.id)).toMatchObject({ done: true, run: { status: 'SUCCESS' } });
    expect(await join(next.id)).toMatchObject({ done: true, run: { status: 'SUCCESS' } });
    expect(await ask(server.url, THREAD, { id: run.threadId })).toMatchObject({ thread: { status: 'IDLE', activeRun: null } });
  });
});

describe('a server that is told to stop', () => {
  it('hands its run back, and the next one goes on from the last checkpoint, which counts as no loss', async () => {
    await server.kill('SIGTERM');
    server = await start({ SHUTDOWN_GRACE_SECONDS: '0', RUN_MAX_LOST: '0' });
    const run = await createSlowRun(150);
    const seen = await readUntil(run.id, 'RunUpdatesEvent', 2);
    const { code } = await server.kill('SIGTERM');
    expect(code).toBe(0);

    server = await start({ RUN_MAX_LOST: '0' });
    const rest = await collect(followEvents(server.url, run.id, { after: seen.at(-1)?.eventId ?? '' }));
    expect(rest.at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'SUCCESS' });
    expect(await join(run.id)).toMatchObject({ run: { status: 'SUCCESS', attempt: 2 } });
    const steps = standingEvents([...seen, ...rest]).filter(({ __typename }) => __typename === 'RunUpdatesEvent');
    expect(steps).toHaveLength(STEPS);
  });

  it('lets a run finish within its grace', async () => {
    const run = await createSlowRun(50);
    await readUntil(run.id, 'RunMetadataEvent', 1);
    await server.kill('SIGTERM');
    server = await start();
    expect(await join(run.id)).toMatchObject({ run: { status: 'SUCCESS', attempt: 1 } });
  });
});

/** The delay stands in the slow graph's state; all else must be equal. */
function withDelay<Value>(value: Value, delayMs: number): Value {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'delayMs' ? delayMs : inner))) as Value;
}

/** Reads the threads' whole logs from the data folder, status rows included: `seq` counts 1, 2, 3, …; the server is down meanwhile. */
async function expectGapFreeLogs(threadIds: readonly string[]): Promise<void> {
  await server.kill('SIGTERM');
  const database = await openDatabase({ databaseUrl: null, dataDir: `${folder.path}/.skein` });
  for (const threadId of threadIds) {
    const rows = await database.prisma.runEvent.findMany({ where: { threadId }, orderBy: { seq: 'asc' }, select: { seq: true } });
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.length).toBeGreaterThan(5);
  }
  await database.close();
  server = await start();
}
