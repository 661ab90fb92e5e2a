import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, codesOf } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { cancelRunOf, createRunOn, eventsOf, findRun, joinRunOf, readThread, tryCancelRun } from '../support/runs.js';
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
async function startSteps(input: object = {}): Promise<{ id: string; threadId: string }> {
  const run = await createRunOn(url, { assistantId: 'steps', input: {}, ...input });
  gates.open(`${run.id}/one`);
  await gates.reached(`${run.id}/two`);
  return run;
}

describe('a run that has not begun', () => {
  test('is CANCELLED at once, and its log ends with the end event', async () => {
    const { id, threadId } = await createRunOn(url, { assistantId: 'steps', input: {}, afterSeconds: 3_600 });
    expect((await readThread(url, threadId)).status).toBe('BUSY');
    expect(await cancelRunOf(url, id)).toMatchObject({ status: 'CANCELLED', cancelRequestedAt: null });
    expect(await readThread(url, threadId)).toMatchObject({ status: 'IDLE', state: null });
    expect(await eventsOf(url, id)).toMatchObject([{ __typename: 'RunEndEvent', status: 'CANCELLED' }]);
    expect(await joinRunOf(url, id)).toMatchObject({ done: true, run: { status: 'CANCELLED' } });
  });

  test('leaves every query when it is rolled back, and is still told of to those who join it', async () => {
    const { id, threadId } = await createRunOn(url, { assistantId: 'steps', input: {}, afterSeconds: 3_600 });
    expect(await cancelRunOf(url, id, { action: 'ROLLBACK' })).toMatchObject({ id, status: 'CANCELLED' });
    expect(await findRun(url, id)).toBeNull();
    expect((await readThread(url, threadId)).status).toBe('IDLE');
    expect(await joinRunOf(url, id)).toMatchObject({ done: true, values: null, run: { id, status: 'CANCELLED' } });
    expect(await eventsOf(url, id)).toMatchObject([{ __typename: 'RunEndEvent', status: 'CANCELLED' }]);
  });
});

describe('a run between its steps', () => {
  test('keeps what it completed, starts no further node, and can be gone on with', async () => {
    const { id, threadId } = await startSteps();
    expect(await cancelRunOf(url, id, { wait: true })).toMatchObject({ status: 'CANCELLED', cancelRequestedAt: null });
    gates.open(`${id}/two`);
    const thread = await readThread(url, threadId);
    expect(thread).toMatchObject({ status: 'INTERRUPTED', values: { steps: ['one'] }, state: { next: ['two'] } });
    expect((await eventsOf(url, id)).at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'CANCELLED' });
    expect(gates.visits(`${id}/three`)).toBe(0);

    const next = await createRunOn(url, { assistantId: 'steps', threadId, input: null });
    gates.open(`${next.id}/two`);
    gates.open(`${next.id}/three`);
    expect(await joinRunOf(url, next.id)).toMatchObject({ values: { steps: ['one', 'two', 'three'] }, run: { status: 'SUCCESS' } });
  });

  test('whose node is deaf to its signal ends all the same, and what that node returns changes nothing', async () => {
    const { id, threadId } = await createRunOn(url, { assistantId: 'deaf', input: {} });
    await gates.reached(`${id}/one`);
    expect(await cancelRunOf(url, id, { wait: true })).toMatchObject({ status: 'CANCELLED' });
    const before = await readThread(url, threadId);
    gates.open(`${id}/one`);
    expect(await readThread(url, threadId)).toEqual(before);
    expect(gates.visits(`${id}/two`)).toBe(0);
  });

  test('is rolled back to what the thread was before it', async () => {
    const first = await startSteps();
    gates.open(`${first.id}/two`);
    gates.open(`${first.id}/three`);
    await joinRunOf(url, first.id);
    const before = await readThread(url, first.threadId);

    const second = await startSteps({ threadId: first.threadId });
    gates.open(`${second.id}/two`);
    await gates.reached(`${second.id}/three`);
    await cancelRunOf(url, second.id, { action: 'ROLLBACK', wait: true });
    expect(await readThread(url, first.threadId)).toEqual(before);
    expect(await findRun(url, second.id)).toBeNull();
    expect((await eventsOf(url, second.id)).at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'CANCELLED' });
  });

  test('that had answered an interrupt is rolled back to the question, with subgraphs and parallel steps under way', async () => {
    const asked = await createRunOn(url, { assistantId: 'asking', input: {} });
    await joinRunOf(url, asked.id);
    const before = await readThread(url, asked.threadId);
    expect(before).toMatchObject({ status: 'INTERRUPTED', interrupts: [{ value: 'go on?' }] });

    const answer = await createRunOn(url, { assistantId: 'asking', threadId: asked.threadId, command: { resume: 'yes' } });
    await gates.reached(`${answer.id}/inner`);
    await cancelRunOf(url, answer.id, { action: 'ROLLBACK', wait: true });
    expect(await readThread(url, asked.threadId)).toEqual(before);

    const again = await createRunOn(url, { assistantId: 'asking', threadId: asked.threadId, command: { resume: 'no' } });
    gates.open(`${again.id}/inner`);
    gates.open(`${again.id}/last`);
    expect(await joinRunOf(url, again.id)).toMatchObject({ run: { status: 'SUCCESS' } });
    expect(JSON.stringify((await readThread(url, asked.threadId)).values)).toContain('ask:no');
  });
});

describe('a cancel', () => {
  test('repeated answers the same; of a run that ended otherwise it is refused; of none it is not found', async () => {
    const run = await startSteps();
    await cancelRunOf(url, run.id, { wait: true });
    expect(await cancelRunOf(url, run.id)).toMatchObject({ status: 'CANCELLED' });
    expect(await cancelRunOf(url, run.id, { action: 'ROLLBACK' })).toMatchObject({ status: 'CANCELLED' });

    const ended = await startSteps();
    gates.open(`${ended.id}/two`);
    gates.open(`${ended.id}/three`);
    await joinRunOf(url, ended.id);
    expect(codesOf(await tryCancelRun(url, ended.id))).toEqual(['RUN_NOT_CANCELLABLE']);
    expect(codesOf(await tryCancelRun(url, '00000000-0000-7000-8000-000000000000'))).toEqual(['RUN_NOT_FOUND']);
    expect(codesOf(await tryCancelRun(url, 'x'))).toEqual(['BAD_USER_INPUT']);
  });

  test('of several runs takes those that match and are active, and passes over the others', async () => {
    const [a, b] = [await startSteps(), await createRunOn(url, { assistantId: 'steps', input: {}, afterSeconds: 3_600 })];
    const query = `mutation ($filter: CancelRunsFilter!) { cancelRuns(filter: $filter) { runs { id } } }`;
    const cancel = async (filter: object): Promise<string[]> =>
      (await ask<{ cancelRuns: { runs: { id: string }[] } }>(url, query, { filter })).cancelRuns.runs.map(({ id }) => id);
    expect(await cancel({ runIds: [a.id, b.id], status: ['PENDING'] })).toEqual([b.id]);
    expect(await cancel({ runIds: [a.id, b.id] })).toEqual([a.id]);
    expect(await joinRunOf(url, a.id)).toMatchObject({ run: { status: 'CANCELLED' } });
    expect(await cancel({ threadId: a.threadId })).toEqual([]);
  });
});

test('a thread is deleted with the run that works on it, and nothing of it is written afterwards', async () => {
  const { id, threadId } = await startSteps();
  const joining = tryJoin(id);
  await ask(url, 'mutation ($id: ID!) { deleteThread(id: $id) { deletedId } }', { id: threadId });
  await joining;
  gates.open(`${id}/two`);
  const { prisma } = server.app.deps.database;
  expect(await prisma.checkpoint.count({ where: { threadId } })).toBe(0);
  expect(await prisma.runEvent.count({ where: { threadId } })).toBe(0);
  expect(await findRun(url, id)).toBeNull();
});

async function tryJoin(id: string): Promise<void> {
  await joinRunOf(url, id).catch(() => undefined);
}
