import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { createRunOn, deleteRunOf, eventsOf, joinRunOf, makeDue, readThread, type RunJson } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

// An answer whose run has to wait: what it was given for may be gone by the time it begins.

const gates = getGates();
let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GATED_GRAPHS });
  url = server.url;
});
afterAll(() => server.close());

const NODES = ['ask', 'last'];
const letGo = ({ id }: RunJson): void => NODES.forEach((node) => gates.open(`${id}/${node}`));
const run = (input: object): Promise<RunJson> => createRunOn(url, { assistantId: 'pausing', ...input });
const answer = (threadId: string, resume: unknown, options: object = {}): Promise<RunJson> =>
  run({ threadId, command: { resume }, multitaskStrategy: 'ENQUEUE', ...options });

/** A thread on which a question waits. */
async function askOn(threadId?: string, options: object = {}): Promise<RunJson> {
  const asked = await run({ threadId, input: {}, ...options });
  await joinRunOf(url, asked.id);
  return asked;
}

async function questionOf(threadId: string): Promise<string> {
  const query = 'query ($id: ID!) { thread(id: $id) { interrupts { interruptId } } }';
  const { thread } = await ask<{ thread: { interrupts: { interruptId: string }[] } }>(url, query, { id: threadId });
  expect(thread.interrupts).toHaveLength(1);
  return thread.interrupts[0]!.interruptId;
}

/** Expects the run to end in ERROR without a node being run, and gives the reason. */
async function failureOf({ id }: RunJson): Promise<string> {
  expect(await joinRunOf(url, id)).toMatchObject({ done: true, run: { status: 'ERROR' } });
  const events = await eventsOf(url, id);
  expect(events.map(({ __typename }) => __typename)).toEqual(['RunMetadataEvent', 'RunErrorEvent', 'RunEndEvent']);
  for (const node of NODES) expect(gates.visits(`${id}/${node}`)).toBe(0);
  const { error, message } = events[1]!.data as { error: string; message: string };
  expect(error).toBe('NothingToAnswer');
  return message;
}

describe.each([
  ['as one value', async () => 'late'],
  ['by the id of the interrupt', async (threadId: string) => ({ [await questionOf(threadId)]: 'late' })],
] as const)('an answer that is given %s while another one is at work', (_how, toAnswer) => {
  test('answers nothing any more, and its run says by whom the question was answered', async () => {
    const { threadId } = await askOn();
    const resume = await toAnswer(threadId);
    const first = await answer(threadId, 'first');
    const second = await answer(threadId, resume);
    letGo(first);
    expect(await joinRunOf(url, first.id)).toMatchObject({ run: { status: 'SUCCESS' } });
    expect(await failureOf(second)).toMatch(
      new RegExp(`^\`input.command.resume\` on thread ${threadId} .*answered by run ${first.id} at .*Start with \`input\` instead`),
    );
    const { values } = await readThread(url, threadId);
    expect(values).toEqual({ steps: ['first', 'ask:first', 'last'] });
  });

  test('with INTERRUPT comes too late as well, because the node keeps the first one', async () => {
    const { threadId } = await askOn();
    const resume = await toAnswer(threadId);
    const first = await answer(threadId, 'first');
    await gates.reached(`${first.id}/ask`);
    expect(await failureOf(await answer(threadId, resume, { multitaskStrategy: 'INTERRUPT' }))).toContain(`answered by run ${first.id}`);
  });

  test('with ROLLBACK takes its place, because the question waits again', async () => {
    const { threadId } = await askOn();
    const resume = await toAnswer(threadId);
    const first = await answer(threadId, 'first');
    await gates.reached(`${first.id}/ask`);
    const second = await answer(threadId, resume, { multitaskStrategy: 'ROLLBACK' });
    letGo(second);
    expect(await joinRunOf(url, second.id)).toMatchObject({ run: { status: 'SUCCESS' }, values: { steps: ['first', 'ask:late', 'last'] } });
  });

  test('does not answer what is asked in place of it', async () => {
    const { threadId } = await askOn();
    const given = await questionOf(threadId);
    const late = await answer(threadId, await toAnswer(threadId), { afterSeconds: 3_600 });
    await askOn(threadId, { multitaskStrategy: 'ENQUEUE' });
    const waiting = await questionOf(threadId);
    expect(waiting).not.toBe(given);
    await makeDue(server.app.deps, late.id);
    const message = await failureOf(late);
    for (const id of [given, waiting]) expect(message).toContain(id);
    expect(await questionOf(threadId)).toBe(waiting);
    const right = await answer(threadId, 'right');
    letGo(right);
    expect(await joinRunOf(url, right.id)).toMatchObject({ run: { status: 'SUCCESS' } });
  });

  test('answers nothing when the run that asked was deleted meanwhile', async () => {
    const asked = await askOn();
    const late = await answer(asked.threadId, await toAnswer(asked.threadId), { afterSeconds: 3_600 });
    await deleteRunOf(url, asked.id);
    await makeDue(server.app.deps, late.id);
    expect(await failureOf(late)).toMatch(/no interrupt waits on the thread|which the thread never asked/);
  });
});

test('an answer that is given before anything was asked answers what the active run asks', async () => {
  const stopped = await run({ assistantId: 'steps', input: {} });
  await gates.reached(`${stopped.id}/one`);
  const asking = await run({ threadId: stopped.threadId, input: {}, multitaskStrategy: 'ENQUEUE' });
  const early = await answer(stopped.threadId, 'early');
  for (const node of ['one', 'two', 'three']) gates.open(`${stopped.id}/${node}`);
  letGo(early);
  expect((await joinRunOf(url, asking.id)).run.status).toBe('INTERRUPTED');
  expect((await joinRunOf(url, early.id)).values).toMatchObject({ steps: expect.arrayContaining(['ask:early', 'last']) as string[] });
});
