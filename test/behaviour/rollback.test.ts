import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { cancelRunOf, createRunOn, eventsOf, findRun, joinRunOf, readThread, type RunJson } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { dumpThread } from '../support/thread-rows.js';

const gates = getGates();
let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GATED_GRAPHS });
  url = server.url;
});
afterAll(() => server.close());

interface Case {
  readonly name: string;
  readonly assistantId: string;
  /** What happens on the thread before; each run goes on until it has ended. */
  readonly before: readonly object[];
  /** The run that is rolled back, and the gates it is let through. */
  readonly run: object;
  readonly passes?: readonly string[];
  /** The gate at which it is rolled back. */
  readonly until: string;
  /** The thread's status before it. */
  readonly status: string;
}

const START_STEPS = { input: {} };
const CASES: readonly Case[] = [
  {
    ...{ name: 'in the third step of its first run', assistantId: 'steps', before: [], run: START_STEPS },
    ...{ passes: ['one', 'two'], until: 'three', status: 'IDLE' },
  },
  {
    ...{ name: 'in the third step of its second run', assistantId: 'steps', before: [START_STEPS], run: START_STEPS },
    ...{ passes: ['one', 'two'], until: 'three', status: 'IDLE' },
  },
  {
    ...{ name: 'in its first step', assistantId: 'steps', before: [START_STEPS], run: START_STEPS, until: 'one', status: 'IDLE' },
  },
  {
    ...{ name: 'gone on from a breakpoint', assistantId: 'steps', before: [{ input: {}, interruptBefore: ['two'] }] },
    ...{ run: { input: null }, passes: ['two'], until: 'three', status: 'INTERRUPTED' },
  },
  {
    ...{ name: 'on a thread that had failed', assistantId: 'failing', before: [START_STEPS], run: START_STEPS, until: 'two' },
    ...{ status: 'ERROR' },
  },
  {
    ...{ name: 'in the node that got the answer', assistantId: 'pausing', before: [START_STEPS] },
    ...{ run: { command: { resume: 'yes' } }, until: 'ask', status: 'INTERRUPTED' },
  },
  {
    ...{ name: 'in the step after the answer', assistantId: 'pausing', before: [START_STEPS] },
    ...{ run: { command: { resume: 'yes' } }, passes: ['ask'], until: 'last', status: 'INTERRUPTED' },
  },
  {
    ...{ name: 'answered with an update', assistantId: 'pausing', before: [START_STEPS] },
    ...{ run: { command: { resume: 'yes', update: { steps: ['told'] } } }, passes: ['ask'], until: 'last', status: 'INTERRUPTED' },
  },
  {
    ...{ name: 'sent elsewhere with goto', assistantId: 'pausing', before: [START_STEPS] },
    ...{ run: { command: { goto: [{ node: 'last' }] } }, until: 'last', status: 'INTERRUPTED' },
  },
  {
    ...{ name: 'with all of several questions answered, one in a subgraph', assistantId: 'fan', before: [START_STEPS] },
    ...{ run: { command: { resume: 'yes' } }, until: 'deep', status: 'INTERRUPTED' },
  },
  {
    ...{ name: 'with the subgraph done and another step under way', assistantId: 'fan', before: [START_STEPS] },
    ...{ run: { command: { resume: 'yes' } }, passes: ['deep'], until: 'side', status: 'INTERRUPTED' },
  },
  {
    ...{ name: 'after parallel steps and a subgraph', assistantId: 'fan', before: [START_STEPS] },
    ...{ run: { command: { resume: 'yes' } }, passes: ['deep', 'side'], until: 'join', status: 'INTERRUPTED' },
  },
];

function letThrough({ id }: RunJson, names: readonly string[]): void {
  for (const name of names) gates.open(`${id}/${name}`);
}

const ALL_GATES = ['one', 'two', 'three', 'ask', 'deep', 'side', 'join', 'last'];

async function runToEnd(input: object): Promise<RunJson> {
  const run = await createRunOn(url, input);
  letThrough(run, ALL_GATES);
  await joinRunOf(url, run.id);
  return run;
}

async function prepare({ assistantId, before }: Case): Promise<string> {
  const { thread } = (
    await ask<{ createThread: { thread: { id: string } } }>(
      url,
      'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id } } }',
      { input: { graphId: assistantId } },
    )
  ).createThread;
  for (const input of before) await runToEnd({ threadId: thread.id, assistantId, ...input });
  return thread.id;
}

describe.each(['SYNC', 'ASYNC', 'EXIT'])('a run with durability %s that is rolled back', (durability) => {
  test.each(CASES.map((given) => [given.name, given] as const))('%s leaves the thread as it was, row by row', async (_name, given) => {
    const threadId = await prepare(given);
    const [before, rowsBefore] = [await readThread(url, threadId), await dumpThread(server.app.deps.database, threadId)];
    expect(before.status).toBe(given.status);

    const run = await createRunOn(url, { threadId, assistantId: given.assistantId, durability, ...given.run });
    letThrough(run, given.passes ?? []);
    await gates.reached(`${run.id}/${given.until}`);
    expect(await cancelRunOf(url, run.id, { action: 'ROLLBACK', wait: true })).toMatchObject({ id: run.id, status: 'CANCELLED' });
    letThrough(run, ALL_GATES);

    expect(await readThread(url, threadId)).toEqual(before);
    expect(await dumpThread(server.app.deps.database, threadId)).toEqual(rowsBefore);
    expect(await findRun(url, run.id)).toBeNull();
    expect((await eventsOf(url, run.id)).at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'CANCELLED' });
  });
});

test.each([
  ['that works', {}],
  ['that waits', { afterSeconds: 3_600 }],
])('a run of another graph %s that is rolled back leaves the thread to the graph of before it', async (_what, options) => {
  const { threadId } = await runToEnd({ assistantId: 'steps', input: {} });
  const read = () => ask(url, 'query ($id: ID!) { thread(id: $id) { metadata values state { values next } } }', { id: threadId });
  const before = await read();
  const run = await createRunOn(url, { threadId, assistantId: 'failing', input: {}, ...options });
  if (!('afterSeconds' in options)) await gates.reached(`${run.id}/two`);
  await cancelRunOf(url, run.id, { action: 'ROLLBACK', wait: true });
  expect(await read()).toEqual(before);
});
