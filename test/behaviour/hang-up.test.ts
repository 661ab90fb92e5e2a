import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getGates } from '../support/gates.js';
import { type Gauge, gaugeListeners, gaugeSubscribers } from '../support/gauge.js';
import { openRawSocket } from '../support/raw-socket.js';
import { createRunOn, eventsOf, findRun, joinRunOf, readThread } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestDoor, type TestServer } from '../support/server.js';

const gates = getGates();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GATED_GRAPHS });
});
afterAll(() => server.close());

/** What a client waits with. */
interface Waiting {
  readonly query: string;
  readonly variables: object;
}

type ToWaiting = (id: string, onDisconnect: string) => Waiting;

const WAIT: ToWaiting = (id, onDisconnect) => ({
  query: 'mutation ($input: CreateRunInput!) { waitRun(input: $input) { done } }',
  variables: { input: { id, onDisconnect, assistantId: 'steps', input: {}, onCompletion: 'KEEP' } },
});
const JOIN: ToWaiting = (id, onDisconnect) => ({
  query: 'mutation ($id: ID!, $cancel: Boolean) { joinRun(id: $id, cancelOnDisconnect: $cancel) { done } }',
  variables: { id, cancel: onDisconnect === 'CANCEL' },
});
const FOLLOW: ToWaiting = (id, onDisconnect) => ({
  query: 'subscription ($id: ID!, $cancel: Boolean) { runEvents(runId: $id, cancelOnDisconnect: $cancel) { __typename } }',
  variables: { id, cancel: onDisconnect === 'CANCEL' },
});
const FOLLOW_BATCHES: ToWaiting = (id, onDisconnect) => ({
  query: 'subscription ($id: ID!, $cancel: Boolean) { runEventBatches(runId: $id, cancelOnDisconnect: $cancel) { __typename } }',
  variables: { id, cancel: onDisconnect === 'CANCEL' },
});

/** Begins to wait; what comes back hangs up. */
type Begin = (url: string, waiting: Waiting) => Promise<() => void>;

const overHttp =
  (accept: string): Begin =>
  async (url, waiting) => {
    const hangUp = new AbortController();
    const headers = { 'content-type': 'application/json', accept };
    fetch(url, { method: 'POST', headers, body: JSON.stringify(waiting), signal: hangUp.signal }).catch(() => undefined);
    return () => hangUp.abort();
  };

const overSocket =
  (leave: 'close' | 'break' | 'complete'): Begin =>
  async (url, waiting) => {
    const raw = await openRawSocket(url);
    raw.send({ id: 'one', type: 'subscribe', payload: waiting });
    return () => {
      if (leave === 'close') raw.socket.close();
      else if (leave === 'break') raw.socket.terminate();
      else raw.send({ id: 'one', type: 'complete' });
    };
  };

const WAYS: readonly (readonly [string, ToWaiting, Begin])[] = [
  ['waitRun, the request is aborted', WAIT, overHttp('application/json')],
  ['waitRun on a WebSocket that is closed', WAIT, overSocket('close')],
  ['joinRun, the request is aborted', JOIN, overHttp('application/json')],
  ['joinRun on a WebSocket that breaks', JOIN, overSocket('break')],
  ['runEvents, the event stream is left', FOLLOW, overHttp('text/event-stream')],
  ['runEvents on a WebSocket that is closed', FOLLOW, overSocket('close')],
  ['runEvents on a WebSocket that breaks', FOLLOW, overSocket('break')],
  ['runEvents that is completed, on a WebSocket that stays', FOLLOW, overSocket('complete')],
  ['runEventBatches, the event stream is left', FOLLOW_BATCHES, overHttp('text/event-stream')],
];

/** A door, and a gauge of the clients that wait there for this run. */
async function openGaugedDoor(runId: string, toWaiting: ToWaiting): Promise<{ door: TestDoor; clients: Gauge }> {
  const { tails, subscribers } = gaugeSubscribers(server.app.deps.tails);
  const { signals, listeners } = gaugeListeners(server.app.deps.signals, `run:${runId}`);
  const door = await server.openDoor({}, { tails, signals });
  return { door, clients: toWaiting === WAIT || toWaiting === JOIN ? listeners : subscribers };
}

/** A client that waits for a run, which stands in its second node. */
async function startWaiting(toWaiting: ToWaiting, begin: Begin, onDisconnect: string) {
  const id = crypto.randomUUID();
  const { door, clients } = await openGaugedDoor(id, toWaiting);
  if (toWaiting !== WAIT) await createRunOn(server.url, { id, assistantId: 'steps', input: {} });
  const hangUp = await begin(door.url, toWaiting(id, onDisconnect));
  await clients.reached(1);
  gates.open(`${id}/one`);
  await gates.reached(`${id}/two`);
  return { id, door, clients, hangUp };
}

describe.each(WAYS)('%s', (_way, toWaiting, begin) => {
  test('with CANCEL the run is cancelled, and keeps what it completed', async () => {
    const { id, door, hangUp } = await startWaiting(toWaiting, begin, 'CANCEL');
    hangUp();
    const { run } = await joinRunOf(server.url, id);
    expect(run.status).toBe('CANCELLED');
    expect(await readThread(server.url, run.threadId)).toMatchObject({ status: 'INTERRUPTED', values: { steps: ['one'] } });
    expect((await eventsOf(server.url, id)).at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'CANCELLED' });
    await door.stop();
  });

  test('with CONTINUE the run goes on to its end', async () => {
    const { id, door, clients, hangUp } = await startWaiting(toWaiting, begin, 'CONTINUE');
    hangUp();
    await clients.reached(0);
    for (const node of ['two', 'three']) gates.open(`${id}/${node}`);
    expect(await joinRunOf(server.url, id)).toMatchObject({ values: { steps: ['one', 'two', 'three'] }, run: { status: 'SUCCESS' } });
    await door.stop();
  });
});

test('a server that stops is no client that hangs up', async () => {
  const { id, door } = await startWaiting(FOLLOW, overHttp('text/event-stream'), 'CANCEL');
  await door.stop();
  expect(await findRun(server.url, id)).toMatchObject({ status: 'RUNNING', cancelRequestedAt: null });
  for (const node of ['two', 'three']) gates.open(`${id}/${node}`);
  expect(await joinRunOf(server.url, id)).toMatchObject({ run: { status: 'SUCCESS' } });
});
