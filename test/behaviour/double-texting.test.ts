import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, codesOf, send } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { createRunOn, eventsOf, findRun, joinRunOf, readThread, type RunJson, tryCreateRunOn } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const gates = getGates();
let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GATED_GRAPHS });
  url = server.url;
});
afterAll(() => server.close());

/** A run of `steps` that stands in its second node. */
async function startSteps(input: object = {}): Promise<RunJson> {
  const run = await createRunOn(url, { assistantId: 'steps', input: {}, ...input });
  gates.open(`${run.id}/one`);
  await gates.reached(`${run.id}/two`);
  return run;
}

function letGo({ id }: RunJson): void {
  for (const node of ['one', 'two', 'three']) gates.open(`${id}/${node}`);
}

const second = (threadId: string, multitaskStrategy: string, input: object = {}) =>
  createRunOn(url, { assistantId: 'steps', threadId, input: {}, multitaskStrategy, ...input });

const ALL = ['one', 'two', 'three'];

test('REJECT refuses the new run and names the one that is active, which goes on', async () => {
  const first = await startSteps();
  const refused = await tryCreateRunOn(url, { assistantId: 'steps', threadId: first.threadId, input: {} });
  expect(codesOf(refused)).toEqual(['THREAD_BUSY']);
  expect(refused.errors?.[0]?.extensions).toMatchObject({ activeRunId: first.id });
  letGo(first);
  expect(await joinRunOf(url, first.id)).toMatchObject({ values: { steps: ALL }, run: { status: 'SUCCESS' } });
});

test('ENQUEUE lets the new runs wait, and they go one after the other in the order of their creation', async () => {
  const first = await startSteps();
  const later = [await second(first.threadId, 'ENQUEUE'), await second(first.threadId, 'ENQUEUE'), await second(first.threadId, 'ENQUEUE')];
  expect(later.map(({ status }) => status)).toEqual(['PENDING', 'PENDING', 'PENDING']);
  later.forEach(letGo);
  expect(await findRun(url, later[0]!.id)).toMatchObject({ status: 'PENDING' });
  letGo(first);
  const lengths: number[] = [];
  for (const { id } of [first, ...later]) lengths.push(((await joinRunOf(url, id)).values as { steps: string[] }).steps.length);
  expect(lengths).toEqual([3, 6, 9, 12]);
  expect((await readThread(url, first.threadId)).status).toBe('IDLE');
});

test('ENQUEUE: a run that is not yet due blocks nobody', async () => {
  const first = await startSteps({});
  const delayed = await second(first.threadId, 'ENQUEUE', { afterSeconds: 3_600 });
  const due = await second(first.threadId, 'ENQUEUE');
  [first, due].forEach(letGo);
  expect(await joinRunOf(url, due.id)).toMatchObject({ run: { status: 'SUCCESS' } });
  expect(await findRun(url, delayed.id)).toMatchObject({ status: 'PENDING' });
  expect((await readThread(url, first.threadId)).status).toBe('BUSY');
});

test('INTERRUPT stops the running one, keeps what it completed, cancels those that wait, and goes on from there', async () => {
  const first = await startSteps();
  const waiting = await second(first.threadId, 'ENQUEUE');
  const newest = await second(first.threadId, 'INTERRUPT');
  letGo(newest);
  const { values } = await joinRunOf(url, newest.id);
  expect(values).toEqual({ steps: ['one', ...ALL] });
  expect(await findRun(url, first.id)).toMatchObject({ status: 'CANCELLED' });
  expect(await findRun(url, waiting.id)).toMatchObject({ status: 'CANCELLED' });
  expect(gates.visits(`${waiting.id}/one`)).toBe(0);
});

test('ROLLBACK undoes the running one, deletes those that wait, and begins where the first had begun', async () => {
  const before = await startSteps();
  letGo(before);
  await joinRunOf(url, before.id);
  const first = await startSteps({ threadId: before.threadId });
  const waiting = await second(first.threadId, 'ENQUEUE');
  const newest = await second(first.threadId, 'ROLLBACK');
  letGo(newest);
  expect((await joinRunOf(url, newest.id)).values).toEqual({ steps: [...ALL, ...ALL] });
  expect(await findRun(url, first.id)).toBeNull();
  expect(await findRun(url, waiting.id)).toBeNull();
  const history = await ask<{ thread: { history: { nodes: { metadata: { run_id?: string } }[] } } }>(
    url,
    'query ($id: ID!) { thread(id: $id) { history(first: 100) { nodes { metadata } } } }',
    { id: first.threadId },
  );
  expect(history.thread.history.nodes).toHaveLength(10);
  const { runs } = (
    await ask<{ thread: { runs: { nodes: { id: string }[] } } }>(url, 'query ($id: ID!) { thread(id: $id) { runs { nodes { id } } } }', {
      id: first.threadId,
    })
  ).thread;
  expect(runs.nodes.map(({ id }) => id)).toEqual([newest.id, before.id]);
});

test.each(['INTERRUPT', 'ROLLBACK'])('%s: the new run begins only after the last event of the old one', async (strategy) => {
  const first = await startSteps();
  const newest = await second(first.threadId, strategy);
  letGo(newest);
  await joinRunOf(url, newest.id);
  const lastOfOld = (await eventsOf(url, first.id)).at(-1);
  const firstOfNew = (await eventsOf(url, newest.id))[0];
  expect(lastOfOld).toMatchObject({ __typename: 'RunEndEvent', status: 'CANCELLED' });
  expect(firstOfNew?.seq).toBeGreaterThan(lastOfOld?.seq ?? Number.POSITIVE_INFINITY);
});

test('a repeated create with the same id returns the same run, whatever has become of the thread since', async () => {
  const first = await startSteps();
  const id = crypto.randomUUID();
  const input = { id, assistantId: 'steps', threadId: first.threadId, input: {}, multitaskStrategy: 'INTERRUPT' };
  const [one, two] = await Promise.all([createRunOn(url, input), createRunOn(url, input)]);
  expect([one.id, two.id]).toEqual([id, id]);
  await gates.reached(`${id}/one`);
  expect(await createRunOn(url, input)).toMatchObject({ id, status: 'RUNNING' });
  letGo(one);
  expect(await joinRunOf(url, id)).toMatchObject({ run: { status: 'SUCCESS' } });
});

describe.each(['REJECT', 'ENQUEUE', 'INTERRUPT', 'ROLLBACK'])('50 creates at once on one thread, %s', (strategy) => {
  test('give no error but the documented one, and leave one run at most that goes on', async () => {
    const first = await startSteps();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        tryCreateRunOn(url, { assistantId: 'steps', threadId: first.threadId, input: {}, multitaskStrategy: strategy }),
      ),
    );
    const codes = new Set(answers.flatMap(codesOf));
    const created = answers.flatMap(({ data }) => (data?.createRun ? [data.createRun.run] : []));
    if (strategy === 'REJECT') {
      expect([[...codes], created.length]).toEqual([['THREAD_BUSY'], 0]);
    } else {
      expect([[...codes], created.length]).toEqual([[], 50]);
    }
    [first, ...created].forEach(letGo);
    const ended = await Promise.all([first, ...created].map(({ id }) => joinRunOf(url, id)));
    const succeeded = ended.filter(({ run }) => run.status === 'SUCCESS').length;
    expect(ended.every(({ run }) => ['SUCCESS', 'CANCELLED'].includes(run.status))).toBe(true);
    if (strategy === 'REJECT') expect(succeeded).toBe(1);
    if (strategy === 'ENQUEUE') expect(succeeded).toBe(51);
    expect((await readThread(url, first.threadId)).status).toBe('IDLE');
  }, 60_000);
});

describe('a batch', () => {
  const CREATE_RUNS = 'mutation ($inputs: [CreateRunInput!]!) { createRuns(inputs: $inputs) { runs { id threadId status } } }';
  const create = (inputs: object[]) => send<{ createRuns: { runs: RunJson[] } | null }>(url, CREATE_RUNS, { inputs });

  test('of 100 runs is created at once, in order', async () => {
    const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
    const { data } = await create(ids.map((id) => ({ id, assistantId: 'steps', input: {}, afterSeconds: 3_600 })));
    expect(data?.createRuns?.runs.map(({ id }) => id)).toEqual(ids);
  });

  test('with one bad run creates none, and says which', async () => {
    const ids = [crypto.randomUUID(), crypto.randomUUID()];
    const refused = await create([
      { id: ids[0], assistantId: 'steps', input: {} },
      { id: ids[1], assistantId: 'steps', input: {}, afterSeconds: -1 },
    ]);
    expect(codesOf(refused)).toEqual(['BAD_USER_INPUT']);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ issues: [{ path: ['inputs', 1, 'afterSeconds'] }] });
    const busy = await startSteps();
    const reject = await create([
      { id: ids[0], assistantId: 'steps', input: {} },
      { id: ids[1], assistantId: 'steps', input: {}, threadId: busy.threadId },
    ]);
    expect(codesOf(reject)).toEqual(['THREAD_BUSY']);
    expect([await findRun(url, ids[0]!), await findRun(url, ids[1]!)]).toEqual([null, null]);
    letGo(busy);
  });

  test('of 101, or of none, is refused', async () => {
    const input = { assistantId: 'steps', input: {} };
    expect(codesOf(await create(Array.from({ length: 101 }, () => input)))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await create([]))).toEqual(['BAD_USER_INPUT']);
  });
});

test('a delayed run begins when it is due', async () => {
  const run = await createRunOn(url, { assistantId: 'steps', input: {}, afterSeconds: 1 });
  letGo(run);
  const started = Date.now();
  await joinRunOf(url, run.id);
  expect(Date.now() - started).toBeGreaterThan(700);
  expect(Date.now() - started).toBeLessThan(4_000);
});
