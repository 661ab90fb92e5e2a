import { afterAll, beforeAll, expect, test } from 'vitest';
import { SECOND } from '../../src/ports/clock.js';
import { ask } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { makeManualClock } from '../support/manual-clock.js';
import { createRunOn, eventsOf, joinRunOf, readThread, type RunJson } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const LIMIT_SECONDS = 5;

const gates = getGates();
const clock = makeManualClock();
let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GATED_GRAPHS, clock, env: { RUN_TIME_LIMIT_SECONDS: String(LIMIT_SECONDS) } });
  url = server.url;
});
afterAll(() => server.close());

async function errorOf({ id }: RunJson): Promise<{ name: string; message: string } | null> {
  const query = 'query ($id: ID!) { run(id: $id) { error { name message } } }';
  return (await ask<{ run: { error: { name: string; message: string } | null } }>(url, query, { id })).run.error;
}

test('a run past its time limit ends in TIMEOUT, keeps what it completed, and can be gone on with', async () => {
  const run = await createRunOn(url, { assistantId: 'steps', input: {} });
  gates.open(`${run.id}/one`);
  await gates.reached(`${run.id}/two`);
  await clock.advance((LIMIT_SECONDS - 1) * SECOND);
  expect(await ask(url, 'query ($id: ID!) { run(id: $id) { s: status } }', { id: run.id })).toEqual({ run: { s: 'RUNNING' } });
  await clock.advance(1 * SECOND);
  expect(await joinRunOf(url, run.id)).toMatchObject({ done: true, values: { steps: ['one'] }, run: { status: 'TIMEOUT' } });
  expect(await errorOf(run)).toMatchObject({ name: 'RunTimeLimitExceeded' });
  const events = await eventsOf(url, run.id);
  expect(events.slice(-2)).toMatchObject([{ __typename: 'RunErrorEvent' }, { __typename: 'RunEndEvent', status: 'TIMEOUT' }]);
  expect(await readThread(url, run.threadId)).toMatchObject({ status: 'ERROR', values: { steps: ['one'] }, state: { next: ['two'] } });

  const next = await createRunOn(url, { assistantId: 'steps', threadId: run.threadId, input: null });
  for (const node of ['two', 'three']) gates.open(`${next.id}/${node}`);
  expect(await joinRunOf(url, next.id)).toMatchObject({ values: { steps: ['one', 'two', 'three'] }, run: { status: 'SUCCESS' } });
  expect((await readThread(url, run.threadId)).status).toBe('IDLE');
});

test('a node that is deaf to its signal does not outlive the limit, and what it returns changes nothing', async () => {
  const run = await createRunOn(url, { assistantId: 'deaf', input: {} });
  await gates.reached(`${run.id}/one`);
  await clock.advance(LIMIT_SECONDS * SECOND);
  expect((await joinRunOf(url, run.id)).run.status).toBe('TIMEOUT');
  const before = await readThread(url, run.threadId);
  gates.open(`${run.id}/one`);
  expect(await readThread(url, run.threadId)).toEqual(before);
  expect(gates.visits(`${run.id}/two`)).toBe(0);
});

test('a run past its recursion limit ends in ERROR with the reason, and the next one on its thread begins', async () => {
  const run = await createRunOn(url, { assistantId: 'steps', input: {}, config: { recursionLimit: 2 } });
  // The thread has the config of its last run, unless the next one brings another.
  const config = { recursionLimit: 25 };
  const { threadId } = run;
  const waiting = await createRunOn(url, { assistantId: 'steps', threadId, input: {}, config, multitaskStrategy: 'ENQUEUE' });
  for (const { id } of [run, waiting]) for (const node of ['one', 'two', 'three']) gates.open(`${id}/${node}`);
  expect((await joinRunOf(url, run.id)).run.status).toBe('ERROR');
  expect(await errorOf(run)).toMatchObject({ name: 'GraphRecursionError', message: expect.stringContaining('limit of 2') as string });
  expect(gates.visits(`${run.id}/three`)).toBe(0);
  expect(await joinRunOf(url, waiting.id)).toMatchObject({ run: { status: 'SUCCESS' } });
});
