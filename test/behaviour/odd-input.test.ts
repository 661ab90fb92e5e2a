import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, codesOf, collect, followEvents, send } from '../support/client.js';
import { startTestServer, type TestServer } from '../support/server.js';

const CREATE_THREAD = `mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id metadata } } }`;
const WAIT_RUN = `mutation ($input: CreateRunInput!) { waitRun(input: $input) { run { id threadId status metadata } } }`;
const CREATE_RUN = `mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id } } }`;

interface Waited {
  waitRun: { run: { id: string; threadId: string; status: string; metadata: object } };
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function createThread(input: object = {}): Promise<{ id: string; metadata: object }> {
  const { createThread: payload } = await ask<{ createThread: { thread: { id: string; metadata: object } } }>(server.url, CREATE_THREAD, {
    input,
  });
  return payload.thread;
}

async function waitRun(input: object): Promise<Waited['waitRun']['run']> {
  return (await ask<Waited>(server.url, WAIT_RUN, { input: { assistantId: 'test_agent', input: { bar: 'x' }, ...input } })).waitRun.run;
}

test('metadata with the character that escapes others reads back equal, however many runs the thread has had, and is found', async () => {
  const metadata = { 'a\u0010': 'x\u0010\u00100000y' };
  const thread = await createThread({ metadata });
  expect(thread.metadata).toEqual(metadata);
  for (const round of [1, 2]) {
    const run = await waitRun({ threadId: thread.id, metadata: { round, mark: '\u0010' } });
    const read = await ask(server.url, `query ($thread: ID!, $run: ID!) { thread(id: $thread) { metadata } run(id: $run) { metadata } }`, {
      thread: thread.id,
      run: run.id,
    });
    expect(read).toMatchObject({ thread: { metadata }, run: { metadata: { ...metadata, round, mark: '\u0010' } } });
  }
  const found = await ask(server.url, `query ($filter: ThreadFilter) { threads(filter: $filter) { nodes { id } } }`, {
    filter: { metadata },
  });
  expect(found).toEqual({ threads: { nodes: [{ id: thread.id }] } });
});

test('a page cursor of another order, or a made-up one, is refused as bad input', async () => {
  const { id } = await createThread();
  const page = await ask<{ threads: { edges: { cursor: string }[] } }>(server.url, `{ threads(first: 1) { edges { cursor } } }`);
  const madeUp = (sortKey: string) => Buffer.from(`${id}${sortKey}`).toString('base64url');
  const refused: [string, string][] = [
    [page.threads.edges[0]?.cursor ?? '', 'STATUS'],
    [page.threads.edges[0]?.cursor ?? '', 'ID'],
    [madeUp('2026-99-99 00:00:00+00'), 'CREATED_AT'],
    [madeUp('2026-02-30 00:00:00+00'), 'CREATED_AT'],
    [madeUp('2026-01-01 24:00:61+00'), 'CREATED_AT'],
    [madeUp('-'.repeat(36)), 'ID'],
    [madeUp('constructor'), 'STATUS'],
  ];
  for (const [after, field] of refused) {
    const query = `query ($after: String) { threads(after: $after, orderBy: { field: ${field} }) { nodes { id } } }`;
    expect(codesOf(await send(server.url, query, { after }))).toEqual(['BAD_USER_INPUT']);
  }
});

test('every order pages with its own cursors', async () => {
  for (const _ of [1, 2, 3]) await createThread();
  for (const field of ['ID', 'STATUS', 'CREATED_AT', 'UPDATED_AT', 'STATE_UPDATED_AT']) {
    const query = `query ($first: Int, $after: String) { threads(first: $first, after: $after, orderBy: { field: ${field} }) { edges { cursor node { id } } } }`;
    type Threads = { threads: { edges: { cursor: string; node: { id: string } }[] } };
    const all = await ask<Threads>(server.url, query, { first: 100 });
    const [first] = all.threads.edges;
    const rest = await ask<Threads>(server.url, query, { first: 100, after: first?.cursor });
    expect([first, ...rest.threads.edges]).toEqual(all.threads.edges);
  }
});

test('an event cursor beyond the end of the log is refused, not waited for', async () => {
  const earlier = await waitRun({ onCompletion: 'KEEP' });
  const [event] = await collect(followEvents(server.url, earlier.id));
  const { createRun: live } = await ask<{ createRun: { run: { id: string } } }>(server.url, CREATE_RUN, {
    input: { assistantId: 'slow', threadId: earlier.threadId, input: { steps: 1, delayMs: 200 } },
  });
  const after = (event?.eventId ?? '').replace(/\d+$/, '99999');
  await expect(collect(followEvents(server.url, live.run.id, { after }))).rejects.toThrow('EVENT_CURSOR_INVALID');
});
