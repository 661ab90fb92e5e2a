import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { Caller } from '../../src/services/caller.js';
import { createCron, type CreateCron } from '../../src/services/crons/create-cron.js';
import { createRun } from '../../src/services/runs/create-run.js';
import { createThread } from '../../src/services/threads/create-thread.js';
import { deleteThread } from '../../src/services/threads/delete-thread.js';
import { fireDueCrons } from '../../src/services/crons/fire-due-crons.js';
import { getCron, listCronFires } from '../../src/services/crons/read-crons.js';
import { listRuns } from '../../src/services/runs/read-runs.js';
import { updateCron } from '../../src/services/crons/update-cron.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { ask, codesOf, send } from '../support/client.js';
import { openTestDatabase } from '../support/database.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

describe('on an owned clock', () => {
  let app: App;
  let caller: Caller;
  let now = new Date('2026-03-01T00:00:30.000Z');
  beforeAll(async () => {
    const config = { ...readConfig({ LOG_LEVEL: 'silent' }), langgraphJson: STATE_GRAPHS, door: false, executor: false };
    app = await startApp(config, { database: await openTestDatabase() });
    caller = { ...app.deps, ...DEFAULT_TENANT, clock: { ...app.deps.clock, now: () => now } };
  });
  afterAll(() => app.stop('the test is over'));

  const pass = (ms: number): void => {
    now = new Date(now.getTime() + ms);
  };
  const make = (input: Partial<CreateCron> = {}) =>
    createCron(caller, { assistantId: 'review', schedule: '* * * * *', input: {}, ...input });
  /** All that is due, as the loop does it. */
  async function fire(): Promise<void> {
    while ((await fireDueCrons(caller)) === true);
  }
  async function firesOf(id: string): Promise<string[]> {
    const { edges } = await listCronFires(caller, await getCron(caller, id), { first: 100 });
    return edges.map(
      ({ node }) => `${node.outcome} ${node.scheduledAt.toISOString().slice(5, 16)}${node.missedCount > 0 ? ` ×${node.missedCount}` : ''}`,
    );
  }
  const runsOf = async (cronId: string) =>
    (await listRuns(caller, { filter: { cronId }, page: { first: 100 } })).edges.map(({ node }) => node);

  test('each fire time is served once, by however many at once, with a run that bears the cron', async () => {
    const crons = await Promise.all(Array.from({ length: 12 }, () => make()));
    for (let minute = 0; minute < 3; minute += 1) {
      pass(MINUTE);
      await Promise.all([fire(), fire(), fire()]);
    }
    for (const { id } of crons) {
      expect(await firesOf(id)).toEqual(['STARTED 03-01T00:03', 'STARTED 03-01T00:02', 'STARTED 03-01T00:01']);
      const runs = await runsOf(id);
      expect(runs).toHaveLength(3);
      expect(runs[0]).toMatchObject({ cronId: id, metadata: { cron_id: id }, status: 'PENDING' });
      expect(new Set(runs.map(({ threadId }) => threadId)).size).toBe(3);
      await updateCron(caller, id, { enabled: false });
    }
  });

  test('a month without any process: the latest fire time is started, one MISSED row stands for the others', async () => {
    const { id } = await make({ schedule: '0 * * * *' });
    const firstDue = new Date(Math.ceil(now.getTime() / HOUR) * HOUR);
    pass(30 * DAY);
    await fire();
    const latest = new Date(Math.floor(now.getTime() / HOUR) * HOUR);
    const missed = (latest.getTime() - firstDue.getTime()) / HOUR;
    expect(await firesOf(id)).toEqual([
      `STARTED ${latest.toISOString().slice(5, 16)}`,
      `MISSED ${firstDue.toISOString().slice(5, 16)} ×${missed}`,
    ]);
    expect(await runsOf(id)).toHaveLength(1);
    expect((await getCron(caller, id)).nextRunAt?.getTime()).toBe(latest.getTime() + HOUR);
    await updateCron(caller, id, { enabled: false });
  });

  test('a clock set back fires nothing twice, and nothing early', async () => {
    const { id } = await make();
    pass(MINUTE);
    await fire();
    const before = await firesOf(id);
    pass(-HOUR);
    await fire();
    pass(30 * MINUTE);
    await fire();
    expect(await firesOf(id)).toEqual(before);
    pass(31 * MINUTE);
    await fire();
    expect(await firesOf(id)).toHaveLength(2);
    await updateCron(caller, id, { enabled: false });
  });

  test('a firing that cannot start is FAILED with the reason, and the schedule goes on', async () => {
    const { id: threadId } = await createThread(caller, {});
    const { id } = await make({ threadId });
    const busy = await createRun(caller, { assistantId: 'review', threadId, input: {}, afterSeconds: 1_000 });
    pass(MINUTE);
    await fire();
    const [failed] = (await listCronFires(caller, await getCron(caller, id), { first: 1 })).edges;
    expect(failed?.node).toMatchObject({ outcome: 'FAILED', runId: null, error: { name: 'THREAD_BUSY' } });
    expect(failed?.node.error?.message).toContain(busy.id);
    expect((await getCron(caller, id)).nextRunAt?.getTime()).toBeGreaterThan(now.getTime());
    await updateCron(caller, id, { multitaskStrategy: 'ENQUEUE' });
    pass(MINUTE);
    await fire();
    expect(await firesOf(id)).toEqual([expect.stringContaining('STARTED'), expect.stringContaining('FAILED')]);
    await deleteThread(caller, threadId);
    await expect(getCron(caller, id)).rejects.toMatchObject({ code: 'CRON_NOT_FOUND' });
  });

  test('a paused one fires nothing, and is not caught up with; an end is kept to', async () => {
    const { id } = await make({ enabled: false });
    expect((await getCron(caller, id)).nextRunAt).toBeNull();
    pass(HOUR);
    await fire();
    const { nextRunAt } = await updateCron(caller, id, { enabled: true, endAt: new Date(now.getTime() + 2 * MINUTE) });
    expect(nextRunAt!.getTime() - now.getTime()).toBeLessThanOrEqual(MINUTE);
    pass(HOUR);
    await fire();
    expect(await firesOf(id)).toHaveLength(2);
    expect((await getCron(caller, id)).nextRunAt).toBeNull();
  });
});

describe('through GraphQL', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ langgraphJson: STATE_GRAPHS });
  });
  afterAll(() => server.close());

  const FIELDS = `id assistantId threadId schedule timezone enabled onRunCompleted endAt nextRunAt payload metadata nextRuns(count: 2)
    assistant { graphId } thread { id } fires { nodes { outcome missedCount runId runStatus run { id cron { id } } error { name } } }
    runs { nodes { id metadata } }`;
  const CREATE = `mutation ($input: CreateCronInput!) { createCron(input: $input) { cron { ${FIELDS} } } }`;
  interface CronJson {
    readonly id: string;
    readonly nextRuns: readonly string[];
    readonly nextRunAt: string | null;
  }
  const create = async (input: object): Promise<CronJson> =>
    (await ask<{ createCron: { cron: CronJson } }>(server.url, CREATE, { input: { assistantId: 'review', schedule: '@daily', ...input } }))
      .createCron.cron;

  test('a cron is created, read, changed, listed, found as a node and deleted', async () => {
    const cron = await create({ timezone: 'Europe/Zurich', input: { steps: ['x'] }, metadata: { team: 'a' } });
    expect(cron).toMatchObject({
      ...{ schedule: '@daily', timezone: 'Europe/Zurich', enabled: true, onRunCompleted: 'DELETE', endAt: null, thread: null },
      ...{ payload: { input: { steps: ['x'] }, multitask_strategy: 'reject', stream_mode: ['values'] }, assistant: { graphId: 'review' } },
      ...{ fires: { nodes: [] }, runs: { nodes: [] } },
    });
    expect(cron.nextRuns[0]).toBe(cron.nextRunAt);
    const update =
      'mutation ($id: ID!, $input: UpdateCronInput!) { updateCron(id: $id, input: $input) { cron { schedule metadata endAt nextRunAt } } }';
    expect(await ask(server.url, update, { id: cron.id, input: { schedule: '@hourly', metadata: { other: 1 } } })).toMatchObject({
      updateCron: { cron: { schedule: '@hourly', metadata: { team: 'a', other: 1 } } },
    });
    const list =
      '{ crons(filter: { metadata: { team: "a" } }, orderBy: { field: NEXT_RUN_AT, direction: ASC }) { totalCount nodes { id } } }';
    expect(await ask(server.url, list)).toEqual({ crons: { totalCount: 1, nodes: [{ id: cron.id }] } });
    expect(await ask(server.url, 'query ($id: ID!) { node(id: $id) { __typename id } cron(id: $id) { id } }', { id: cron.id })).toEqual({
      node: { __typename: 'Cron', id: cron.id },
      cron: { id: cron.id },
    });
    await ask(server.url, 'mutation ($id: ID!) { deleteCron(id: $id) { deletedId } }', { id: cron.id });
    expect(await ask(server.url, 'query ($id: ID!) { cron(id: $id) { id } }', { id: cron.id })).toEqual({ cron: null });
  });

  test('fireCron runs it now, paused or not, and the record remembers the run and how it ended', async () => {
    const cron = await create({ enabled: false, onRunCompleted: 'KEEP', input: {} });
    const fired = await ask<{ fireCron: { run: { id: string } } }>(server.url, 'mutation ($id: ID!) { fireCron(id: $id) { run { id } } }', {
      id: cron.id,
    });
    const runId = fired.fireCron.run.id;
    await ask(server.url, 'mutation ($id: ID!) { joinRun(id: $id) { done } }', { id: runId });
    expect(await ask(server.url, `query ($id: ID!) { cron(id: $id) { ${FIELDS} } }`, { id: cron.id })).toMatchObject({
      cron: {
        nextRunAt: null,
        fires: { nodes: [{ outcome: 'MANUAL', runId, runStatus: 'INTERRUPTED', run: { id: runId, cron: { id: cron.id } } }] },
        runs: { nodes: [{ id: runId, metadata: { cron_id: cron.id } }] },
      },
    });
  });

  test.each([
    [{ schedule: '61 * * * *' }, 'INVALID_CRON_SCHEDULE'],
    [{ schedule: '' }, 'INVALID_CRON_SCHEDULE'],
    [{ schedule: '* * * * * *' }, 'INVALID_CRON_SCHEDULE'],
    [{ timezone: 'Mars/Base' }, 'INVALID_CRON_SCHEDULE'],
    [{ endAt: '2020-01-01T00:00:00Z' }, 'BAD_USER_INPUT'],
    [{ threadId: '00000000-0000-7000-8000-000000000000' }, 'THREAD_NOT_FOUND'],
    [{ threadId: 'x' }, 'BAD_USER_INPUT'],
    [{ assistantId: 'nobody' }, 'ASSISTANT_NOT_FOUND'],
    [{ config: { recursionLimit: 0 } }, 'BAD_USER_INPUT'],
  ])('%j is refused with %s, and nothing is created', async (input, code) => {
    const count = async () => (await ask<{ crons: { totalCount: number } }>(server.url, '{ crons { totalCount } }')).crons.totalCount;
    const before = await count();
    const answer = await send(server.url, CREATE, { input: { assistantId: 'review', schedule: '@daily', ...input } });
    expect(codesOf(answer)).toEqual([code]);
    expect(await count()).toBe(before);
  });

  test.each([[{}], [{ schedule: null }], [{ enabled: null }]])('the update %j is refused', async (input) => {
    const cron = await create({});
    const answer = await send(
      server.url,
      'mutation ($id: ID!, $input: UpdateCronInput!) { updateCron(id: $id, input: $input) { cron { id } } }',
      {
        id: cron.id,
        input,
      },
    );
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  });

  test('a preview of none, or of 101, is refused', async () => {
    const cron = await create({});
    for (const count of [0, 101]) {
      const answer = await send(server.url, 'query ($id: ID!, $count: Int) { cron(id: $id) { nextRuns(count: $count) } }', {
        id: cron.id,
        count,
      });
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    }
  });
});
