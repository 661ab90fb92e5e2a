import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ask } from '../support/client.js';
import { gaugeListeners } from '../support/gauge.js';
import { openRawSocket } from '../support/raw-socket.js';
import { textOf } from '../support/response-text.js';
import { startTestServer, type TestServer } from '../support/server.js';

const FOLLOW = 'subscription ($runId: ID!, $after: ID) { runEvents(runId: $runId, after: $after) { __typename eventId } }';
const JOIN = 'mutation ($id: ID!) { joinRun(id: $id) { done run { status } } }';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function createRun(input: object): Promise<string> {
  const query = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id } } }';
  return (await ask<{ createRun: { run: { id: string } } }>(server.url, query, { input })).createRun.run.id;
}

const runForLong = (): Promise<string> => createRun({ assistantId: 'slow', input: { steps: 1, delayMs: 600_000 } });

describe('a door that stops', () => {
  it('closes sockets with a code on which clients connect again, and completes nothing', async () => {
    const runId = await runForLong();
    const door = await server.openDoor({});
    const raw = await openRawSocket(door.url);
    raw.send({ id: '1', type: 'subscribe', payload: { query: FOLLOW, variables: { runId } } });
    const seen = [await raw.next()];
    raw.socket.on('message', (data: Buffer) => seen.push(JSON.parse(data.toString()) as (typeof seen)[number]));
    await door.stop();
    expect((await raw.closed).code).toBe(1012);
    expect(seen.map(({ type }) => type)).not.toContain('complete');
  });

  it('lets a graphql-ws client connect again, without an error, and resume', async () => {
    const runId = await createRun({ assistantId: 'slow', input: { steps: 3, delayMs: 50 } });
    const first = await server.openDoor({});
    let url = first.url;
    let after: string | null = null;
    const variables = {
      runId,
      get after() {
        return after;
      },
    };
    const client = createClient({ url: () => url.replace('http', 'ws'), webSocketImpl: WebSocket, retryWait: () => Promise.resolve() });
    const types: string[] = [];
    let second: { stop(): Promise<void> } | undefined;
    for await (const { data } of client.iterate<{ runEvents: { __typename: string; eventId: string } }>({ query: FOLLOW, variables })) {
      if (!data) continue;
      types.push(data.runEvents.__typename);
      after = data.runEvents.eventId;
      if (second) continue;
      const next = await server.openDoor({});
      second = next;
      url = next.url;
      await first.stop();
    }
    const whole = await ask<{ run: { events: { nodes: { __typename: string }[] } } }>(
      server.url,
      `{ run(id: "${runId}") { events { nodes { __typename } } } }`,
    );
    expect(types).toEqual(whole.run.events.nodes.map(({ __typename }) => __typename));
    await client.dispose();
    await second?.stop();
  });

  it('cuts event streams without completing them', async () => {
    const door = await server.openDoor({});
    const response = await fetch(door.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: FOLLOW, variables: { runId: await runForLong() } }),
    });
    let text = '';
    const readAll = async (): Promise<void> => {
      for await (const chunk of textOf(response)) text += chunk;
    };
    const reading = expect(readAll()).rejects.toThrow('terminated');
    await door.stop();
    await reading;
    expect(text).not.toContain('complete');
  });

  it('lets whoever waits for a run have its result when it ends within the grace', async () => {
    const runId = await createRun({ assistantId: 'slow', input: { steps: 1, delayMs: 200 } });
    const { signals, listeners } = gaugeListeners(server.app.deps.signals, `run:${runId}`);
    const door = await server.openDoor({ shutdownGraceMs: 60_000 }, { signals });
    const joined = ask(door.url, JOIN, { id: runId });
    await listeners.reached(1);
    const stopped = door.stop();
    expect(await joined).toMatchObject({ joinRun: { done: true, run: { status: 'SUCCESS' } } });
    await stopped;
  });

  it('tells whoever still waits after the grace that the run goes on', async () => {
    const runId = await runForLong();
    const { signals, listeners } = gaugeListeners(server.app.deps.signals, `run:${runId}`);
    const door = await server.openDoor({ shutdownGraceMs: 10 }, { signals });
    const joined = ask(door.url, JOIN, { id: runId });
    await listeners.reached(1);
    await door.stop();
    expect(await joined).toMatchObject({ joinRun: { done: false } });
  });

  it('may be told to stop twice', async () => {
    const door = await server.openDoor({});
    await Promise.all([door.stop(), door.stop()]);
    await expect(fetch(door.url)).rejects.toThrow();
  });
});

describe('a door that opens', () => {
  it('says which port is taken and what to do', async () => {
    const port = Number(new URL(server.url).port);
    await expect(server.openDoor({ port })).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(`port ${port}.*in use.*PORT`) as unknown,
    });
  });

  it('says when the address is not this machine\u2019s', async () => {
    await expect(server.openDoor({ host: '192.0.2.1' })).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringContaining('HOST') as unknown,
    });
  });
});
