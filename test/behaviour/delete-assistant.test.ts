import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteAssistant } from '../../src/services/assistants/delete-assistant.js';
import type { Caller } from '../../src/services/caller.js';
import { createCron } from '../../src/services/crons/create-cron.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { create, find, tryDelete } from '../support/assistants.js';
import { ask, codesOf, send } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { createRunOn, findRun, joinRunOf, readThread, tryCreateRunOn, cancelRunOf } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { waitForEvent } from '../support/telemetry.js';

const ABSENT = '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc';
const gates = getGates();

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GATED_GRAPHS });
  url = server.url;
});
afterAll(() => server.close());

const createSteps = async (): Promise<string> => (await create(url, { graphId: 'steps' })).id;

/** A run of graph `steps` that has ended. */
async function runSteps(input: object): Promise<{ id: string; threadId: string }> {
  const run = await createRunOn(url, { input: {}, ...input });
  for (const node of ['one', 'two', 'three']) gates.open(`${run.id}/${node}`);
  await joinRunOf(url, run.id);
  return run;
}

/** A run of graph `steps` that stands in its first node. */
async function startSteps(input: object): Promise<{ id: string; threadId: string }> {
  const run = await createRunOn(url, { input: {}, ...input });
  await gates.reached(`${run.id}/one`);
  return run;
}

async function rowsOf(assistantId: string, runId: string): Promise<object> {
  const { prisma } = server.app.deps.database;
  return {
    versions: await prisma.assistantVersion.count({ where: { assistantId } }),
    runs: await prisma.run.count({ where: { assistantId } }),
    payloads: await prisma.runPayload.count({ where: { runId } }),
    events: await prisma.runEvent.count({ where: { runId } }),
  };
}

const historyOf = async (threadId: string): Promise<unknown> =>
  (
    await ask(url, 'query ($id: ID!) { thread(id: $id) { values history { nodes { values checkpoint { checkpointId } } } } }', {
      id: threadId,
    })
  )['thread' as never];

test('an assistant goes with its versions, its runs and their events, and leaves their threads as they are', async () => {
  const assistantId = await createSteps();
  const run = await runSteps({ assistantId });
  const others = await runSteps({ assistantId: 'steps', threadId: run.threadId, input: { steps: ['again'] } });
  const before = await historyOf(run.threadId);
  const answer = await tryDelete(url, assistantId);
  expect(answer).toEqual({ data: { deleteAssistant: { deletedId: assistantId } } });
  expect(await find(url, assistantId)).toBeNull();
  expect(await findRun(url, run.id)).toBeNull();
  expect(await rowsOf(assistantId, run.id)).toEqual({ versions: 0, runs: 0, payloads: 0, events: 0 });
  expect(await historyOf(run.threadId)).toEqual(before);
  expect(await findRun(url, others.id)).toMatchObject({ status: 'SUCCESS' });
  expect(await readThread(url, run.threadId)).toMatchObject({ status: 'IDLE' });
  expect(codesOf(await tryDelete(url, assistantId))).toEqual(['ASSISTANT_NOT_FOUND']);
});

test('a run that waits, or runs, keeps its assistant: RUN_ACTIVE, and nothing has changed', async () => {
  const assistantId = await createSteps();
  const ended = await runSteps({ assistantId });
  const pending = await createRunOn(url, { assistantId, input: {}, afterSeconds: 3_600 });
  for (const deleteThreads of [false, true]) {
    const { errors } = await tryDelete(url, assistantId, { deleteThreads });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RUN_ACTIVE', status: 409, id: assistantId, activeRunId: pending.id });
  }
  await cancelRunOf(url, pending.id);
  const running = await startSteps({ assistantId });
  expect(codesOf(await tryDelete(url, assistantId))).toEqual(['RUN_ACTIVE']);
  expect(await findRun(url, ended.id)).not.toBeNull();
  expect(await find(url, assistantId)).not.toBeNull();
  await cancelRunOf(url, running.id, { wait: true });
  expect(codesOf(await tryDelete(url, assistantId))).toEqual([]);
});

describe('with deleteThreads', () => {
  test('the threads whose metadata carries its id go too, and no others', async () => {
    const assistantId = await createSteps();
    const own = await runSteps({ assistantId });
    const moved = await runSteps({ assistantId });
    await runSteps({ assistantId: 'steps', threadId: moved.threadId });
    expect(codesOf(await tryDelete(url, assistantId, { deleteThreads: true }))).toEqual([]);
    const query = 'query ($own: ID!, $moved: ID!) { own: thread(id: $own) { id } moved: thread(id: $moved) { id runs { totalCount } } }';
    expect(await ask(url, query, { own: own.threadId, moved: moved.threadId })).toEqual({
      own: null,
      moved: { id: moved.threadId, runs: { totalCount: 1 } },
    });
  });

  test("another assistant's run that is active on such a thread is stopped with it", async () => {
    const assistantId = await createSteps();
    const { threadId } = await runSteps({ assistantId });
    const running = await startSteps({ assistantId: 'steps', threadId });
    // The mark of the deleted assistant, as a client may set it.
    await ask(
      url,
      'mutation ($id: ID!, $metadata: JSONObject) { updateThread(id: $id, input: { metadata: $metadata }) { thread { id } } }',
      {
        id: threadId,
        metadata: { assistant_id: assistantId },
      },
    );
    const stopped = waitForEvent(server.telemetry, 'run.leaseLost', ({ runId }) => runId === running.id);
    expect(codesOf(await tryDelete(url, assistantId, { deleteThreads: true }))).toEqual([]);
    expect(await findRun(url, running.id)).toBeNull();
    await stopped;
  });
});

test('what nobody has is not found, and what is no id is no assistant', async () => {
  expect(codesOf(await tryDelete(url, ABSENT))).toEqual(['ASSISTANT_NOT_FOUND']);
  expect(codesOf(await tryDelete(url, 'nobody'))).toEqual(['ASSISTANT_NOT_FOUND']);
});

test('a cron whose assistant is deleted while it is being made is not made', async () => {
  const assistantId = await createSteps();
  const caller: Caller = { ...server.app.deps, ...DEFAULT_TENANT };
  const { prisma } = caller.database;
  // The assistant was found; what writes the cron has not begun.
  const transact = async (...parameters: Parameters<typeof prisma.$transaction>): Promise<unknown> => {
    await deleteAssistant(caller, assistantId, { deleteThreads: false });
    return prisma.$transaction(...parameters);
  };
  const deletedMeanwhile = new Proxy(prisma, {
    get: (target, key) => (key === '$transaction' ? transact : (Reflect.get(target, key) as unknown)),
  });
  const creation = createCron(
    { ...caller, database: { ...caller.database, prisma: deletedMeanwhile } },
    { assistantId, schedule: '@yearly' },
  );
  await expect(creation).rejects.toMatchObject({ code: 'ASSISTANT_NOT_FOUND' });
  expect(await prisma.cron.count({ where: { assistantId } })).toBe(0);
});

test('of crons and the deletion of their assistant at the same time, no cron is left', async () => {
  const create = 'mutation ($id: ID!) { createCron(input: { assistantId: $id, schedule: "@yearly" }) { cron { id } } }';
  const ids = await Promise.all(Array.from({ length: 8 }, createSteps));
  const outcomes = await Promise.all(ids.map((id) => Promise.all([send(url, create, { id }), tryDelete(url, id)])));
  for (const [created, deleted] of outcomes) {
    expect(codesOf(deleted)).toEqual([]);
    expect(['', 'ASSISTANT_NOT_FOUND']).toContain(codesOf(created).join());
  }
  expect(await server.app.deps.database.prisma.cron.count({ where: { assistantId: { in: ids } } })).toBe(0);
});

test('of a run and the deletion of its assistant at the same time one is refused', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const assistantId = await createSteps();
      const [created, deleted] = await Promise.all([
        tryCreateRunOn(url, { assistantId, input: {}, afterSeconds: 3_600 }),
        tryDelete(url, assistantId, { deleteThreads: true }),
      ]);
      return [...codesOf(created), ...codesOf(deleted)].join();
    }),
  );
  for (const codes of outcomes) expect(['ASSISTANT_NOT_FOUND', 'RUN_ACTIVE']).toContain(codes);
});
