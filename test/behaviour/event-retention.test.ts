import { afterAll, beforeAll, expect, test } from 'vitest';
import { expireEvents } from '../../src/services/log/expire-events.js';
import { ask, codesOf, collect, followEvents, send } from '../support/client.js';
import { startTestServer, type TestServer } from '../support/server.js';

const WAIT_RUN = `mutation ($input: CreateRunInput!) { waitRun(input: $input) { run { id } lastEventId } }`;
const EVENTS = `query ($id: ID!, $after: String) { run(id: $id) { events(after: $after) { nodes { __typename eventId } } } }`;
const DAY_MS = 24 * 3_600_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Waited {
  waitRun: { run: { id: string }; lastEventId: string };
}

async function endedRun(
  streamResumable: boolean,
  { endedMsAgo }: { endedMsAgo: number },
): Promise<{ id: string; lastEventId: string; firstEventId: string }> {
  const input = { assistantId: 'test_agent', input: { bar: 'checked' }, onCompletion: 'KEEP', streamResumable };
  const { waitRun } = await ask<Waited>(server.url, WAIT_RUN, { input });
  const [first] = await collect(followEvents(server.url, waitRun.run.id));
  await server.app.deps.database.prisma.$executeRaw`
    UPDATE "Run" SET "finishedAt" = "finishedAt" - make_interval(secs => ${endedMsAgo / 1_000}::float8) WHERE "id" = ${waitRun.run.id}::uuid`;
  return { id: waitRun.run.id, lastEventId: waitRun.lastEventId, firstEventId: first?.eventId ?? '' };
}

const kinds = async (id: string) => (await collect(followEvents(server.url, id))).map(({ __typename }) => __typename);

test('events go when their retention is over, and END stays', async () => {
  const old = await endedRun(true, { endedMsAgo: 8 * DAY_MS });
  const young = await endedRun(true, { endedMsAgo: 6 * DAY_MS });
  await expireEvents(server.app.deps, { retentionMs: 7 * DAY_MS });
  expect(await kinds(old.id)).toEqual(['RunEndEvent']);
  expect((await kinds(young.id)).length).toBeGreaterThan(3);
});

test('a run that need not be resumable loses its events after the grace', async () => {
  const passed = await endedRun(false, { endedMsAgo: 61_000 });
  const within = await endedRun(false, { endedMsAgo: 30_000 });
  await expireEvents(server.app.deps, { retentionMs: 7 * DAY_MS });
  expect(await kinds(passed.id)).toEqual(['RunEndEvent']);
  expect((await kinds(within.id)).length).toBeGreaterThan(3);
});

test('a cursor is expired exactly while events after it are gone', async () => {
  const run = await endedRun(true, { endedMsAgo: 8 * DAY_MS });
  await expireEvents(server.app.deps, { retentionMs: 7 * DAY_MS });
  expect(codesOf(await send(server.url, EVENTS, { id: run.id, after: run.firstEventId }))).toEqual(['EVENT_CURSOR_EXPIRED']);
  await expect(collect(followEvents(server.url, run.id, { after: run.firstEventId }))).rejects.toThrow('EVENT_CURSOR_EXPIRED');
  expect(await collect(followEvents(server.url, run.id, { after: run.lastEventId }))).toEqual([]);
  expect(await ask(server.url, EVENTS, { id: run.id })).toMatchObject({ run: { events: { nodes: [{ __typename: 'RunEndEvent' }] } } });
});
