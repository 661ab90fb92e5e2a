import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSystemClock } from '../../src/adapters/system-clock.js';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { Caller } from '../../src/services/caller.js';
import { createCron, type CreateCron } from '../../src/services/crons/create-cron.js';
import { fireDueCrons } from '../../src/services/crons/fire-due-crons.js';
import { getCron, listCronFires } from '../../src/services/crons/read-crons.js';
import { updateCron } from '../../src/services/crons/update-cron.js';
import { createRun } from '../../src/services/runs/create-run.js';
import { listRuns } from '../../src/services/runs/read-runs.js';
import { createThread } from '../../src/services/threads/create-thread.js';
import { deleteThread } from '../../src/services/threads/delete-thread.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { ask, codesOf, send } from '../support/client.js';
import { openTestDatabase } from '../support/database.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const FIRE = 'mutation ($id: ID!) { fireCron(id: $id) { run { id } } }';

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

  test('a clock set back and a cron updated meanwhile: what was fired is not due again, and the schedule goes on', async () => {
    const { id } = await make();
    pass(MINUTE);
    await fire();
    const served = await firesOf(id);
    pass(-HOUR);
    await updateCron(caller, id, { enabled: true });
    for (const minutes of [30, 30]) {
      pass(minutes * MINUTE);
      await fire();
      expect(await firesOf(id)).toEqual(served);
    }
    pass(MINUTE);
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

describe('what crons remember, through GraphQL', () => {
  let server: TestServer;
  let caller: Caller;
  let now = new Date('2026-03-01T00:00:30.000Z');
  const told: object[] = [];
  beforeAll(async () => {
    // No executor: a run that was fired stays PENDING, and nobody but the test fires.
    server = await startTestServer({ langgraphJson: STATE_GRAPHS, executor: false, clock: { ...makeSystemClock(), now: () => now } });
    caller = { ...server.app.deps, ...DEFAULT_TENANT };
    server.telemetry.subscribe((name, facts) => {
      if (name === 'cron.fired') told.push(facts);
    });
  });
  afterAll(() => server.close());

  async function fireAfter(ms: number): Promise<void> {
    now = new Date(now.getTime() + ms);
    while ((await fireDueCrons(caller)) === true);
  }
  interface Fire {
    readonly outcome: string;
    readonly scheduledAt: string;
    readonly firedAt: string;
    readonly missedCount: number;
    readonly runId: string | null;
    readonly runStatus: string | null;
    readonly run: { readonly id: string; readonly status: string } | null;
    readonly error: { readonly name: string; readonly message: string } | null;
  }
  interface Fires {
    readonly nodes: readonly Fire[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  }
  const firesOf = async (id: string, page: object = {}): Promise<Fires> => {
    const query = `query ($id: ID!, $first: Int, $after: String) { cron(id: $id) { fires(first: $first, after: $after) {
      nodes { outcome scheduledAt firedAt missedCount runId runStatus run { id status } error { name message } }
      pageInfo { endCursor hasNextPage } } } }`;
    return (await ask<{ cron: { fires: Fires } }>(server.url, query, { id, ...page })).cron.fires;
  };
  const make = (input: Partial<CreateCron>) => createCron(caller, { assistantId: 'review', schedule: '* * * * *', input: {}, ...input });

  test('each firing, newest first, page by page: started, missed, failed and by hand, each told to telemetry', async () => {
    const thread = await createThread(caller, {});
    const { id } = await make({ threadId: thread.id });
    told.length = 0;
    await fireAfter(10 * MINUTE);
    await fireAfter(MINUTE);
    await ask(server.url, 'mutation ($id: ID!) { cancelRun(id: $id) { run { id } } }', { id: (await firesOf(id)).nodes[1]?.runId });
    const { fireCron } = await ask<{ fireCron: { run: { id: string } } }>(server.url, FIRE, { id });
    const all = (await firesOf(id)).nodes;
    const minute = (text: string) => `2026-03-01T00:${text}:00.000Z`;
    expect(all).toMatchObject([
      {
        outcome: 'MANUAL',
        scheduledAt: now.toISOString(),
        runId: fireCron.run.id,
        run: { status: 'PENDING' },
        missedCount: 0,
        error: null,
      },
      { outcome: 'FAILED', scheduledAt: minute('11'), runId: null, runStatus: null, run: null, error: { name: 'THREAD_BUSY' } },
      { outcome: 'STARTED', scheduledAt: minute('10'), runStatus: 'CANCELLED', run: { status: 'CANCELLED' }, missedCount: 0, error: null },
      { outcome: 'MISSED', scheduledAt: minute('01'), runId: null, run: null, missedCount: 9, error: null },
    ]);
    expect(all.at(-1)?.firedAt).toBe('2026-03-01T00:10:30.000Z');
    const [MANUAL, FAILED, STARTED] = all;
    expect(told).toEqual([
      { cronId: id, outcome: 'MISSED', runId: null, latenessMs: 9 * MINUTE + 30_000 },
      { cronId: id, outcome: 'STARTED', runId: STARTED?.runId, latenessMs: 30_000 },
      { cronId: id, outcome: 'FAILED', runId: FAILED?.runId, latenessMs: 30_000 },
      { cronId: id, outcome: 'MANUAL', runId: MANUAL?.runId, latenessMs: 0 },
    ]);

    const firstPage = await firesOf(id, { first: 3 });
    expect(firstPage).toEqual({ nodes: all.slice(0, 3), pageInfo: { endCursor: expect.any(String) as string, hasNextPage: true } });
    const secondPage = await firesOf(id, { first: 3, after: firstPage.pageInfo.endCursor });
    expect(secondPage).toMatchObject({ nodes: all.slice(3), pageInfo: { hasNextPage: false } });

    expect(codesOf(await send(server.url, FIRE, { id }))).toEqual(['THREAD_BUSY']);
    expect((await firesOf(id)).nodes).toEqual(all);
    await deleteThread(caller, thread.id);
  });

  test('a run that is gone: its id and how it ended', async () => {
    const { id } = await make({ onRunCompleted: 'KEEP' });
    await fireAfter(MINUTE);
    const [fire] = (await firesOf(id)).nodes;
    const filter = 'query ($id: ID!) { runs(filter: { cronId: $id }) { totalCount nodes { id threadId cron { id } } } }';
    const { runs } = await ask<{ runs: { totalCount: number; nodes: { id: string; threadId: string }[] } }>(server.url, filter, { id });
    expect(runs).toMatchObject({ totalCount: 1, nodes: [{ id: fire?.runId, cron: { id } }] });
    await deleteThread(caller, runs.nodes[0]?.threadId ?? '');
    expect(await ask(server.url, filter, { id })).toEqual({ runs: { totalCount: 0, nodes: [] } });
    expect((await firesOf(id)).nodes).toEqual([{ ...fire, runStatus: 'CANCELLED', run: null }]);
    await updateCron(caller, id, { enabled: false });
  });

  test('no run, when nobody has the cron: neither by hand nor in a list', async () => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(codesOf(await send(server.url, FIRE, { id: nobody }))).toEqual(['CRON_NOT_FOUND']);
    expect(codesOf(await send(server.url, FIRE, { id: 'x' }))).toEqual(['BAD_USER_INPUT']);
    expect(await ask(server.url, 'query ($id: ID!) { runs(filter: { cronId: $id }) { totalCount } }', { id: nobody })).toEqual({
      runs: { totalCount: 0 },
    });
    expect(codesOf(await send(server.url, 'query { runs(filter: { cronId: "x" }) { totalCount } }'))).toEqual(['BAD_USER_INPUT']);
  });

  test('a preview tells the next fire times in order, on the clocks of the zone, up to the end, also of a paused cron, and stores nothing', async () => {
    now = new Date('2026-03-28T12:00:00.000Z');
    const { id } = await make({
      schedule: '30 9 * * *',
      timezone: 'Europe/Zurich',
      enabled: false,
      endAt: new Date('2026-03-31T00:00:00.000Z'),
    });
    const query = 'query ($id: ID!) { cron(id: $id) { nextRunAt nextRuns(count: 100) fires { nodes { outcome } } runs { totalCount } } }';
    // Clocks go forward on the 29th.
    expect(await ask(server.url, query, { id })).toEqual({
      cron: {
        nextRunAt: null,
        nextRuns: ['2026-03-29T07:30:00.000Z', '2026-03-30T07:30:00.000Z'],
        fires: { nodes: [] },
        runs: { totalCount: 0 },
      },
    });
    const five = 'query ($id: ID!) { cron(id: $id) { nextRuns } }';
    const { id: endless } = await make({ schedule: '@hourly', enabled: false });
    expect((await ask<{ cron: { nextRuns: string[] } }>(server.url, five, { id: endless })).cron.nextRuns).toHaveLength(5);
  });

  test('which field of a schedule is wrong is said where it stands', async () => {
    const create = 'mutation ($input: CreateCronInput!) { createCron(input: $input) { cron { id } } }';
    const answer = await send(server.url, create, { input: { assistantId: 'review', schedule: '61 * * * *' } });
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining('the minute "61" is not valid') as string,
      extensions: { code: 'INVALID_CRON_SCHEDULE', status: 422, issues: [{ path: ['input', 'schedule'] }] },
    });
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
    [{ webhook: 'ftp://example.com/hook' }, 'BAD_USER_INPUT'],
    [{ webhook: 'http://127.0.0.1' }, 'BAD_USER_INPUT'],
    [{ webhook: `https://example.com/${'x'.repeat(10_000)}` }, 'BAD_USER_INPUT'],
    [{ schedule: '* * * * * * *' }, 'INVALID_CRON_SCHEDULE'],
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
