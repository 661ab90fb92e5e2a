import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepTemporaryThreads } from '../../src/services/threads/sweep-temporary-threads.js';
import { ask, codesOf, send } from '../support/client.js';
import { openFeed } from '../support/feed.js';
import { getGates } from '../support/gates.js';
import { countOrphans, NO_ORPHANS } from '../support/orphans.js';
import { createRunOn, eventsOf, joinRunOf, type RunJson } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const gates = getGates();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GATED_GRAPHS });
});
afterAll(() => server.close());

const create = (onCompletion: string): Promise<RunJson> => createRunOn(server.url, { assistantId: 'steps', input: {}, onCompletion });
const letGo = ({ id }: RunJson): void => ['one', 'two', 'three'].forEach((node) => gates.open(`${id}/${node}`));

interface Seen {
  readonly thread: { readonly values: unknown } | null;
  readonly run: { readonly id: string } | null;
  readonly threads: { readonly nodes: readonly object[] };
  readonly runs: { readonly nodes: readonly object[] };
}

/** The thread and the run by their ids, and in the lists. */
function look({ id, threadId }: RunJson): Promise<Seen> {
  const query = `query ($run: ID!, $thread: ID!) {
    thread(id: $thread) { values } run(id: $run) { id }
    threads(filter: { ids: [$thread] }) { nodes { id } } runs(filter: { ids: [$run] }) { nodes { id } } }`;
  return ask<Seen>(server.url, query, { run: id, thread: threadId });
}

const RESULT = { steps: ['one', 'two', 'three'] };

test('a run without a thread can be joined and followed from other connections while it runs and after it', async () => {
  const run = await create('DELETE');
  expect(await look(run)).toMatchObject({ threads: { nodes: [{ id: run.threadId }] }, runs: { nodes: [{ id: run.id }] } });
  const joins = [joinRunOf(server.url, run.id), joinRunOf(server.url, run.id)];
  const feed = openFeed<{ __typename: string }>(server.url, 'subscription ($id: ID!) { runEvents(runId: $id) { __typename } }', {
    id: run.id,
  });
  await feed.takeUntil(({ __typename }) => __typename === 'RunMetadataEvent');
  letGo(run);
  for (const joined of await Promise.all(joins)) expect(joined).toMatchObject({ done: true, values: RESULT });
  expect((await feed.rest()).at(-1)).toEqual({ __typename: 'RunEndEvent' });
  expect(await joinRunOf(server.url, run.id)).toMatchObject({ done: true, values: RESULT });
  expect((await eventsOf(server.url, run.id)).at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'SUCCESS' });
});

test('with DELETE it leaves every list when it has ended, is found by id for its grace, and then is gone', async () => {
  const run = await create('DELETE');
  letGo(run);
  await joinRunOf(server.url, run.id);
  expect(await look(run)).toEqual({ thread: { values: RESULT }, run: { id: run.id }, threads: { nodes: [] }, runs: { nodes: [] } });

  const { deps } = server.app;
  await sweepTemporaryThreads(deps);
  expect((await look(run)).run).toEqual({ id: run.id });
  const { expiresAt } = (await deps.database.prisma.thread.findUnique({ where: { id: run.threadId } }))!;
  const { finishedAt } = (await deps.database.prisma.run.findUnique({ where: { id: run.id } }))!;
  expect(expiresAt!.getTime() - finishedAt!.getTime()).toBe(60_000);
  // A minute later.
  await deps.database.prisma.thread.update({ where: { id: run.threadId }, data: { expiresAt: new Date(0) } });
  await sweepTemporaryThreads(deps);
  expect(await look(run)).toMatchObject({ thread: null, run: null });
  const join = 'mutation ($id: ID!) { joinRun(id: $id) { done } }';
  expect(codesOf(await send(server.url, join, { id: run.id }))).toEqual(['RUN_NOT_FOUND']);
  expect(await countOrphans(deps.database)).toEqual(NO_ORPHANS);
});

test('a run that is put beside it in its grace is in the lists until it has ended too', async () => {
  const first = await create('DELETE');
  letGo(first);
  await joinRunOf(server.url, first.id);
  const second = await createRunOn(server.url, { assistantId: 'steps', input: {}, threadId: first.threadId });
  expect(await look(second)).toMatchObject({ threads: { nodes: [{ id: first.threadId }] }, runs: { nodes: [{ id: second.id }] } });
  expect(await look(first)).toMatchObject({ runs: { nodes: [] } });
  letGo(second);
  await joinRunOf(server.url, second.id);
  expect(await look(second)).toMatchObject({ run: { id: second.id }, threads: { nodes: [] }, runs: { nodes: [] } });
});

test('with KEEP its thread is like any other', async () => {
  const run = await create('KEEP');
  letGo(run);
  await joinRunOf(server.url, run.id);
  expect(await look(run)).toEqual({
    thread: { values: RESULT },
    run: { id: run.id },
    threads: { nodes: [{ id: run.threadId }] },
    runs: { nodes: [{ id: run.id }] },
  });
  const next = await createRunOn(server.url, { assistantId: 'steps', threadId: run.threadId, input: {} });
  letGo(next);
  expect((await joinRunOf(server.url, next.id)).values).toEqual({ steps: [...RESULT.steps, ...RESULT.steps] });
});

test('joining for a time that is too short answers that it still goes on, and is repeated', async () => {
  const run = await create('DELETE');
  const join = 'mutation ($id: ID!, $timeoutMs: Int) { joinRun(id: $id, timeoutMs: $timeoutMs) { done values run { s: status } } }';
  for (const timeoutMs of [0, 20]) {
    const { joinRun } = await ask<{ joinRun: object }>(server.url, join, { id: run.id, timeoutMs });
    expect(joinRun).toMatchObject({ done: false, values: null });
  }
  for (const timeoutMs of [-1, 600_001]) {
    expect(codesOf(await send(server.url, join, { id: run.id, timeoutMs }))).toEqual(['BAD_USER_INPUT']);
  }
  letGo(run);
  expect(await joinRunOf(server.url, run.id)).toMatchObject({ done: true, values: RESULT });
});
