import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/client.js';
import { gaugeListeners, gaugeSubscribers } from '../support/gauge.js';
import { openRawSocket, type RawSocket, type SocketMessage } from '../support/raw-socket.js';
import { startTestServer, type TestServer } from '../support/server.js';

const KIB = 1_024;
const CREATE_RUN = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId } } }';
const FOLLOW = 'subscription ($runId: ID!) { runEvents(runId: $runId) { __typename seq } }';

let server: TestServer;
const sockets: RawSocket[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => {
  for (const { socket } of sockets.splice(0)) socket.terminate();
});
afterAll(() => server.close());

async function open(options: Parameters<typeof openRawSocket>[1] = {}, url = server.url): Promise<RawSocket> {
  const raw = await openRawSocket(url, options);
  sockets.push(raw);
  return raw;
}

async function createRun(input: object): Promise<string> {
  const { createRun: created } = await ask<{ createRun: { run: { id: string } } }>(server.url, CREATE_RUN, { input });
  return created.run.id;
}

const runForLong = (): Promise<string> => createRun({ assistantId: 'slow', input: { steps: 1, delayMs: 600_000 } });
const subscribe = (id: string, query: string, variables: object = {}): object => ({ id, type: 'subscribe', payload: { query, variables } });
const errorWith = (id: string, code: string): object => ({ id, type: 'error', payload: [{ extensions: { code } }] });
const answered = (id: string, data: object): object => ({ id, type: 'next', payload: { data } });

/** The next message for that operation. */
async function nextFor(raw: RawSocket, id: string): Promise<SocketMessage> {
  for (;;) {
    const message = await raw.next();
    if (message.id === id) return message;
  }
}

/** The socket still serves: a query is answered. */
async function expectOpen(raw: RawSocket): Promise<void> {
  raw.send(subscribe('still', '{ __typename }'));
  expect(await raw.next()).toMatchObject(answered('still', { __typename: 'Query' }));
  expect(await raw.next()).toMatchObject({ id: 'still', type: 'complete' });
}

describe('the WebSocket door', () => {
  it('runs queries, mutations and subscriptions', async () => {
    const raw = await open();
    raw.send(subscribe('q', '{ graphs { id } }'));
    expect(await raw.next()).toMatchObject({ id: 'q', type: 'next' });
    expect(await raw.next()).toEqual({ id: 'q', type: 'complete' });

    const runId = await createRun({ assistantId: 'test_agent', input: { bar: 'checked' } });
    raw.send(subscribe('s', FOLLOW, { runId }));
    const types: unknown[] = [];
    for (let message = await raw.next(); message.type === 'next'; message = await raw.next()) {
      types.push((message.payload as { data: { runEvents: { __typename: string } } }).data.runEvents.__typename);
    }
    expect(types[0]).toBe('RunMetadataEvent');
    expect(types.at(-1)).toBe('RunEndEvent');
  });

  it.each([
    ['a syntax error', '{', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a document without operation', 'fragment F on Query { __typename }', 'GRAPHQL_VALIDATION_FAILED'],
    ['two operations without a name', 'query A { __typename } query B { __typename }', 'BAD_REQUEST'],
    ['a document of too many tokens', `{ ${'a '.repeat(5_000)} }`, 'OPERATION_TOO_COMPLEX'],
  ])('answers %s to that operation and stays open', async (_what, query, code) => {
    const raw = await open();
    raw.send(subscribe('bad', query));
    expect(await raw.next()).toMatchObject(errorWith('bad', code));
    await expectOpen(raw);
  });

  it.each([
    ['variables that do not fit', CREATE_RUN, { input: { assistantId: 'agent', id: 'x' } }, 'BAD_USER_INPUT'],
    [
      'too complex an operation',
      `{ threads(first: 100) { nodes { runs(first: 100) { nodes { events { nodes { seq } } } } } } }`,
      {},
      'OPERATION_TOO_COMPLEX',
    ],
    ['a subscription to an unknown run', FOLLOW, { runId: '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc' }, 'RUN_NOT_FOUND'],
    ['a malformed id', FOLLOW, { runId: 'x' }, 'BAD_USER_INPUT'],
  ])('answers %s with a code and stays open', async (_what, query, variables, code) => {
    const raw = await open();
    raw.send(subscribe('bad', query, variables));
    expect(await raw.next()).toMatchObject({ id: 'bad', type: 'next', payload: { errors: [{ extensions: { code } }] } });
    expect(await raw.next()).toEqual({ id: 'bad', type: 'complete' });
    await expectOpen(raw);
  });

  it('shows nothing of the HTTP exchange in its errors', async () => {
    const query = '{ nope }';
    await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
    const raw = await open();
    raw.send(subscribe('bad', query));
    const { payload } = await raw.next();
    expect(Object.keys((payload as { extensions: object }[])[0]?.extensions ?? {}).sort()).toEqual(['code', 'retryable', 'status']);
  });

  it('answers a message beyond the body limit to its operation and stays open', async () => {
    const raw = await open();
    raw.send(subscribe('big', '{ __typename }', { pad: 'x'.repeat(5 * KIB * KIB) }));
    expect(await raw.next()).toMatchObject(errorWith('big', 'REQUEST_ENTITY_TOO_LARGE'));
    await expectOpen(raw);
  });

  it('closes with 1009 at a message that it will not even read', async () => {
    const door = await server.openDoor({ bodyMaxBytes: 4 * KIB });
    const raw = await open({}, door.url);
    raw.send(subscribe('big', '{ __typename }', { pad: 'x'.repeat(64 * KIB) }));
    expect((await raw.closed).code).toBe(1009);
    await door.stop();
  });

  it('closes with 4400 at what is no message of the protocol, and with 4401 before connection_init', async () => {
    const garbled = await open();
    garbled.send('{"type":');
    expect((await garbled.closed).code).toBe(4400);
    const early = await open({ init: false });
    early.send(subscribe('1', '{ __typename }'));
    expect((await early.closed).code).toBe(4401);
  });

  it('refuses pages of other origins, and takes those of its own and of allowed ones', async () => {
    const door = await server.openDoor({ corsOrigins: ['https://app.example'] });
    await expect(openRawSocket(door.url, { headers: { origin: 'https://evil.example' } })).rejects.toThrow('403');
    await expect(openRawSocket(door.url, { headers: { origin: 'null' } })).rejects.toThrow('403');
    for (const origin of ['https://app.example', new URL(door.url).origin]) await expectOpen(await open({ headers: { origin } }, door.url));
    await door.stop();
  });

  it('upgrades nowhere but at /graphql', async () => {
    await expect(openRawSocket(`${server.url}/other`)).rejects.toThrow('404');
  });

  it('allows so many operations on one socket and takes the next when one has ended', async () => {
    const runId = await runForLong();
    const door = await server.openDoor({ limits: { operationsPerSocket: 2 } });
    const raw = await open({}, door.url);
    for (const id of ['1', '2']) {
      raw.send(subscribe(id, FOLLOW, { runId }));
      await nextFor(raw, id);
    }
    raw.send(subscribe('3', '{ __typename }'));
    expect(await nextFor(raw, '3')).toMatchObject({
      id: '3',
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', status: 429, retryable: true } }],
    });
    raw.send({ id: '1', type: 'complete' });
    raw.send(subscribe('4', '{ __typename }'));
    expect(await nextFor(raw, '4')).toMatchObject(answered('4', { __typename: 'Query' }));
    await door.stop();
  });

  it('ends the wait of a mutation that the client completes', async () => {
    const runId = await runForLong();
    const { signals, listeners } = gaugeListeners(server.app.deps.signals, `run:${runId}`);
    const door = await server.openDoor({}, { signals });
    const raw = await open({}, door.url);
    raw.send(subscribe('wait', 'mutation ($id: ID!) { joinRun(id: $id) { done } }', { id: runId }));
    await listeners.reached(1);
    raw.send({ id: 'wait', type: 'complete' });
    await listeners.reached(0);
    await expectOpen(raw);
    await door.stop();
  });

  it('gives subscriptions back that are completed, and all of them when the socket closes', async () => {
    const runId = await runForLong();
    const { tails, subscribers } = gaugeSubscribers(server.app.deps.tails);
    const door = await server.openDoor({}, { tails });
    const raw = await open({}, door.url);
    for (const id of ['1', '2', '3']) raw.send(subscribe(id, FOLLOW, { runId }));
    await subscribers.reached(3);
    raw.send({ id: '2', type: 'complete' });
    await subscribers.reached(2);
    raw.socket.terminate();
    await subscribers.reached(0);
    await door.stop();
  });

  it('closes a socket that stopped answering pings', async () => {
    const door = await server.openDoor({ limits: { keepAliveMs: 20 } });
    const alive = await open({}, door.url);
    const dead = await open({}, door.url);
    dead.socket.pong = () => undefined;
    (dead.socket as unknown as { _autoPong: boolean })._autoPong = false;
    expect((await dead.closed).code).toBe(1006);
    await expectOpen(alive);
    await door.stop();
  });
});
