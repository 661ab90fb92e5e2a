import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/client.js';
import { gaugeSubscribers } from '../support/gauge.js';
import { textOf } from '../support/response-text.js';
import { startTestServer, type TestServer } from '../support/server.js';

const CREATE_RUN = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id } } }';
const FOLLOW = 'subscription ($runId: ID!, $after: ID) { runEvents(runId: $runId, after: $after) { __typename eventId seq } }';
const STREAM = { 'content-type': 'application/json', accept: 'text/event-stream' };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function createRun(input: object): Promise<string> {
  return (await ask<{ createRun: { run: { id: string } } }>(server.url, CREATE_RUN, { input })).createRun.run.id;
}

interface Item {
  readonly runEvents: { readonly __typename: string; readonly eventId: string; readonly seq: number };
}

async function follow(runId: string, after: string | null = null): Promise<Item['runEvents'][]> {
  const client = createClient({ url: server.url });
  const events: Item['runEvents'][] = [];
  for await (const { data } of client.iterate<Item>({ query: FOLLOW, variables: { runId, after } })) if (data) events.push(data.runEvents);
  client.dispose();
  return events;
}

const open = (runId: string, init: RequestInit = {}, url = server.url): Promise<Response> =>
  fetch(url, { method: 'POST', headers: STREAM, body: JSON.stringify({ query: FOLLOW, variables: { runId } }), ...init });

describe('an event stream', () => {
  it('carries a run from its first event to its last, and then completes', async () => {
    const events = await follow(await createRun({ assistantId: 'test_agent', input: { bar: 'checked' } }));
    expect(events[0]?.__typename).toBe('RunMetadataEvent');
    expect(events.at(-1)?.__typename).toBe('RunEndEvent');
  });

  it('gives exactly the rest after a cursor', async () => {
    const runId = await createRun({ assistantId: 'test_agent', input: { bar: 'checked' } });
    const all = await follow(runId);
    for (const [index, { eventId }] of all.entries()) expect(await follow(runId, eventId)).toEqual(all.slice(index + 1));
  });

  it('can be opened with GET, as EventSource does', async () => {
    const runId = await createRun({ assistantId: 'test_agent', input: { bar: 'checked' } });
    const query = new URLSearchParams({ query: FOLLOW, variables: JSON.stringify({ runId }) });
    const text = await (await fetch(`${server.url}?${query.toString()}`, { headers: { accept: 'text/event-stream' } })).text();
    expect(text).toMatch(/^:\n\nevent: next\ndata: \{.*RunMetadataEvent.*\}\n\n/);
    expect(text).toMatch(/event: complete\ndata:\n\n$/);
  });

  it('tells proxies neither to buffer nor to change it', async () => {
    const response = await open(await createRun({ assistantId: 'test_agent', input: { bar: 'checked' } }));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await response.body?.cancel();
  });

  it('tells why it cannot begin, with a code, and completes', async () => {
    const text = await (await open('01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc')).text();
    expect(text).toContain('"code":"RUN_NOT_FOUND"');
    expect(text).not.toContain('"http"');
    expect(text).toMatch(/event: complete\ndata:\n\n$/);
  });

  it('carries a query too', async () => {
    const response = await fetch(server.url, { method: 'POST', headers: STREAM, body: JSON.stringify({ query: '{ __typename }' }) });
    expect(await response.text()).toBe(':\n\nevent: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata:\n\n');
  });

  it('is not begun for a client that does not accept one', async () => {
    const runId = await createRun({ assistantId: 'test_agent', input: { bar: 'checked' } });
    const response = await open(runId, { headers: { ...STREAM, accept: 'application/json' } });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST', status: 406 } }] });
  });

  it('is given back when the client hangs up', async () => {
    const runId = await createRun({ assistantId: 'slow', input: { steps: 1, delayMs: 600_000 } });
    const { tails, subscribers } = gaugeSubscribers(server.app.deps.tails);
    const door = await server.openDoor({}, { tails });
    const hangUp = new AbortController();
    const response = await open(runId, { signal: hangUp.signal }, door.url);
    await response.body?.getReader().read();
    await subscribers.reached(1);
    hangUp.abort();
    await subscribers.reached(0);
    await door.stop();
  });

  it('sends comments while nothing happens', async () => {
    const runId = await createRun({ assistantId: 'slow', input: { steps: 1, delayMs: 600_000 } });
    const door = await server.openDoor({ limits: { keepAliveMs: 5 } });
    const hangUp = new AbortController();
    const response = await open(runId, { signal: hangUp.signal }, door.url);
    let text = '';
    for await (const chunk of textOf(response)) {
      text += chunk;
      if (text.endsWith(':\n\n:\n\n')) break;
    }
    expect(text.startsWith(':\n\n')).toBe(true);
    await door.stop();
  });
});
