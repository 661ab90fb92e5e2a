import { fileURLToPath } from 'node:url';
import { v7 as uuid7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, codesOf, send } from '../support/client.js';
import { readEvents } from '../support/graph-pair.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { readHistory, readState, runOn, updateState } from '../support/thread-states.js';

const GRAPHS = fileURLToPath(new URL('../support/human-graphs/langgraph.json', import.meta.url));
const ABSENT = '1f0a1fbc-0000-6376-8c2c-1b8e9a0a99bc';
const NEVER_ASKED = 'f'.repeat(32);
const TIME = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GRAPHS });
});
afterAll(() => server.close());

const CREATE_RUN = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId status } } }';

interface Created {
  readonly createRun: { readonly run: { readonly id: string; readonly threadId: string; readonly status: string } };
}

const create = (input: object): Promise<Answer<Created>> => send<Created>(server.url, CREATE_RUN, { input });
const resume = (assistantId: string, threadId: string, answer: unknown, options: object = {}): Promise<Answer<Created>> =>
  create({ assistantId, threadId, command: { resume: answer }, ...options });
const join = (id: string) =>
  ask(server.url, 'mutation ($id: ID!) { joinRun(id: $id) { done values run { status } error { message } } }', { id });
const idsOf = async (threadId: string): Promise<Map<unknown, string>> => {
  const { interrupts } = (await readState(server.url, threadId))!;
  return new Map(interrupts.map(({ value, interruptId }) => [value, interruptId]));
};

/** All that the database holds of a thread. */
async function rowsOf(threadId: string): Promise<unknown> {
  const { prisma } = server.app.deps.database;
  const where = { threadId };
  return Promise.all([
    prisma.thread.findUnique({ where: { id: threadId }, include: { state: true, interrupts: { orderBy: { id: 'asc' } } } }),
    prisma.run.findMany({ where, orderBy: { id: 'asc' } }),
    prisma.runEvent.count({ where }),
    prisma.checkpoint.count({ where }),
    prisma.checkpointWrite.count({ where }),
  ]);
}

/** Sends an answer that is refused, and expects the thread to stay as it was; gives the reason. */
async function refuse(assistantId: string, threadId: string, answer: unknown): Promise<string> {
  const before = await rowsOf(threadId);
  const refused = await resume(assistantId, threadId, answer);
  expect(codesOf(refused)).toEqual(['BAD_USER_INPUT']);
  expect(refused.errors?.[0]?.extensions['issues']).toEqual([
    { path: ['input', 'command', 'resume'], message: expect.any(String) as string },
  ]);
  expect(await rowsOf(threadId)).toEqual(before);
  return refused.errors?.[0]?.message ?? '';
}

describe('a resume is refused, and the thread stays as it was,', () => {
  it('where nothing was ever asked', async () => {
    const { createThread } = await ask<{ createThread: { thread: { id: string } } }>(
      server.url,
      'mutation { createThread(input: { graphId: "twice" }) { thread { id } } }',
    );
    expect(await refuse('twice', createThread.thread.id, 'yes')).toBe(
      `\`input.command.resume\` on thread ${createThread.thread.id} answers nothing, because no interrupt waits on the thread. Start with \`input\` instead.`,
    );
    const { threadId } = await runOn(server.url, { assistantId: 'plain', input: {} });
    for (const answer of ['yes', null, false, { some: 'object' }, {}]) await refuse('plain', threadId, answer);
  });

  it('when all was answered, and it tells by which run and when', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'fussy', input: {} });
    const { id } = await runOn(server.url, { assistantId: 'fussy', threadId, command: { resume: 'good' } });
    expect(await refuse('fussy', threadId, 'again')).toMatch(new RegExp(`the last one was answered by run ${id} at ${TIME}\\. Start with`));
  });

  it('and does not answer the first question of the run after it', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'fussy', input: {} });
    await runOn(server.url, { assistantId: 'fussy', threadId, command: { resume: 'good' } });
    await refuse('fussy', threadId, 'good');
    await runOn(server.url, { assistantId: 'fussy', threadId, input: {} });
    expect([...(await idsOf(threadId)).keys()]).toEqual(['ask 1?']);
  });

  it('when the node failed with the answer, because it keeps it; without a command it is tried once more', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'fussy', input: {} });
    const { id } = await runOn(server.url, { assistantId: 'fussy', threadId, command: { resume: 'bad' } });
    expect(await refuse('fussy', threadId, 'good')).toMatch(
      new RegExp(`answered by run ${id} at .* To try what failed once more, leave the command out`),
    );
    expect((await runOn(server.url, { assistantId: 'fussy', threadId })).status).toBe('ERROR');
  });

  it('when a state update answered in its place', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'twice', input: {} });
    await updateState(server.url, threadId, { values: { steps: ['by hand'] }, asNode: 'ask' });
    expect(await refuse('twice', threadId, 'too late')).toMatch(
      new RegExp(`answered by a state update at ${TIME}\\. To go on before confirm`),
    );
    await runOn(server.url, { assistantId: 'twice', threadId });
    expect([...(await idsOf(threadId)).keys()]).toEqual(['confirm 1?']);
    await runOn(server.url, { assistantId: 'twice', threadId, command: { resume: 'sure' } });
    expect((await readState(server.url, threadId))!.values).toEqual({ steps: ['draft', 'by hand', 'confirm:"sure"'] });
  });

  it('at a breakpoint, when its value is empty to LangGraph', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'plain', input: {}, interruptBefore: ['b'] });
    for (const answer of [null, false, 0, '']) {
      expect(await refuse('plain', threadId, answer)).toMatch(/stands at a breakpoint, where nothing was asked.* To go on before b, leave/);
    }
    expect(await refuse('plain', threadId, { [NEVER_ASKED]: 1 })).toMatch(/never asked\. No interrupt waits\. To go on before b, leave/);
  });

  it('for an id that was answered or never asked, beside ids that wait, which it names', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'parallel', input: {} });
    const ids = await idsOf(threadId);
    const [left, middle, right] = ['left 1?', 'middle 1?', 'right 1?'].map((question) => ids.get(question)!);
    const { id } = await runOn(server.url, { assistantId: 'parallel', threadId, command: { resume: { [right!]: 'r' } } });
    const message = await refuse('parallel', threadId, { [right!]: 'r', [left!]: 'l' });
    expect(message).toMatch(new RegExp(`names interrupt ${right}, which was answered by run ${id} at ${TIME}\\. Waiting for an answer: `));
    for (const waiting of [left, middle]) expect(message.split('Waiting for an answer: ')[1]).toContain(waiting);
    expect(await refuse('parallel', threadId, { [NEVER_ASKED]: 1 })).toContain(`${NEVER_ASKED}, which the thread never asked`);
  });

  it('through waitRun as well, and where the thread would be made for it', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'plain', input: {} });
    const query = 'mutation ($input: CreateRunInput!) { waitRun(input: $input) { done } }';
    expect(codesOf(await send(server.url, query, { input: { assistantId: 'plain', threadId, command: { resume: 1 } } }))).toEqual([
      'BAD_USER_INPUT',
    ]);
    const fresh = uuid7();
    expect(codesOf(await resume('plain', fresh, 'yes', { ifNotExists: 'CREATE' }))).toEqual(['BAD_USER_INPUT']);
    expect(await ask(server.url, 'query ($id: ID!) { thread(id: $id) { id } }', { id: fresh })).toEqual({ thread: null });
  });
});

describe('an interrupt is answered once', () => {
  it.each([
    ['one value', (): unknown => 'yes'],
    ['a map', (ids: Map<unknown, string>): unknown => ({ [ids.get('ask 1?')!]: 'yes' })],
  ])('when several clients answer at once with %s', async (_how, toAnswer) => {
    for (let round = 0; round < 5; round += 1) {
      const { threadId } = await runOn(server.url, { assistantId: 'fussy', input: {} });
      const answer = toAnswer(await idsOf(threadId));
      const answers = await Promise.all([1, 2, 3].map(() => resume('fussy', threadId, answer)));
      expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
      for (const code of answers.flatMap(codesOf)) expect(['THREAD_BUSY', 'BAD_USER_INPUT']).toContain(code);
    }
  });

  it('and the same call with the same id answers with the same run, long after', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'fussy', input: {} });
    const id = uuid7();
    const runs = await Promise.all([1, 2, 3].map(() => resume('fussy', threadId, 'good', { id })));
    await join(id);
    runs.push(await resume('fussy', threadId, 'good', { id }));
    expect(runs.map(({ data }) => data?.createRun.run.id)).toEqual([id, id, id, id]);
    expect((await readState(server.url, threadId))!.values).toEqual({ steps: ['good'] });
    expect(codesOf(await resume('fussy', threadId, 'other', { id }))).toEqual(['ALREADY_EXISTS']);
  });
});

describe('a resume at a checkpoint that it names', () => {
  it('is left to the graph, also where nothing waits any more', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'fussy', input: {} });
    const { checkpointId } = (await readState(server.url, threadId))!.checkpoint;
    await runOn(server.url, { assistantId: 'fussy', threadId, command: { resume: 'good' } });
    const again = await runOn(server.url, { assistantId: 'fussy', threadId, checkpointId, command: { resume: 'ignored' } });
    expect(again.status).toBe('SUCCESS');
    const ends = (await readHistory(server.url, threadId)).nodes.filter(({ next }) => next.length === 0);
    expect(ends.map(({ values }) => values)).toEqual([{ steps: ['good'] }, { steps: ['good'] }]);
  });

  it.each([false, null, 0, ''])('may answer %j to what was asked there, while something else waits at the newest one', async (answer) => {
    const { threadId } = await runOn(server.url, { assistantId: 'twice', input: {} });
    const { checkpointId } = (await readState(server.url, threadId))!.checkpoint;
    await runOn(server.url, { assistantId: 'twice', threadId, input: { steps: ['anew'] } });
    const command = { resume: answer };
    const { id } = await runOn(server.url, { assistantId: 'twice', threadId, checkpointId, command, streamModes: ['UPDATES'] });
    const asked = (await readEvents(server.url, id)).filter(({ __typename }) => __typename === 'RunUpdatesEvent');
    expect(asked.map(({ data }) => data)).toMatchObject([{ __interrupt__: [{ value: 'ask 2?' }] }]);
  });

  it('is refused where there is none, or where it is another thread’s, and the thread stays as it was', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'twice', input: {} });
    const other = await runOn(server.url, { assistantId: 'twice', input: {} });
    const { checkpointId } = (await readState(server.url, other.threadId))!.checkpoint;
    const before = await rowsOf(threadId);
    for (const id of [ABSENT, checkpointId]) {
      expect(codesOf(await resume('twice', threadId, 'yes', { checkpointId: id }))).toEqual(['CHECKPOINT_NOT_FOUND']);
    }
    expect(await rowsOf(threadId)).toEqual(before);
  });
});

describe.each(['SYNC', 'ASYNC', 'EXIT'])(
  'with durability %s, a command with an update that a reducer refuses fails its run',
  (durability) => {
    const input = { messages: [{ role: 'user', content: 'price' }] };
    const update = { messages: [{ type: 'remove', id: 'nobody' }] };

    it('and its answer counts as not given: what waited still waits, and can be answered', async () => {
      const { threadId } = await runOn(server.url, { assistantId: 'tools', input });
      const before = await readState(server.url, threadId);
      const command = { resume: 'cheap', update };
      expect(await runOn(server.url, { assistantId: 'tools', threadId, command, durability })).toMatchObject({ status: 'ERROR' });
      expect(await readState(server.url, threadId)).toEqual(before);
      const query = 'query ($id: ID!) { thread(id: $id) { interrupts { interruptId resolvedAt } } }';
      const [asked] = before!.interrupts;
      expect(await ask(server.url, query, { id: threadId })).toEqual({
        thread: { interrupts: [{ interruptId: asked?.interruptId, resolvedAt: null }] },
      });
      expect(await runOn(server.url, { assistantId: 'tools', threadId, command: { resume: 'cheap' } })).toMatchObject({
        status: 'SUCCESS',
      });
    });

    it('and no later one: the next run goes on as if it had never been', async () => {
      const { threadId } = await runOn(server.url, { assistantId: 'tools', input, interruptBefore: ['tools'] });
      const before = await readHistory(server.url, threadId);
      expect(await runOn(server.url, { assistantId: 'tools', threadId, command: { update }, durability })).toMatchObject({
        status: 'ERROR',
      });
      expect(await readHistory(server.url, threadId)).toEqual(before);
      expect(await runOn(server.url, { assistantId: 'tools', threadId, input: null })).toMatchObject({ status: 'INTERRUPTED' });
      expect((await readState(server.url, threadId))?.interrupts).toHaveLength(1);
    });
  },
);
