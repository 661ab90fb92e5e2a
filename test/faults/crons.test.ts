import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { createCron } from '../../src/services/crons/create-cron.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { makeTestAddress } from '../support/database.js';
import { makeTemporaryFolder, startWorker } from '../support/skein-process.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/langgraph.json', import.meta.url));
const isServer = inject('databaseTemplate').kind === 'server';
const PROCESSES = 3;
const CRONS = 60;
/** What each process has under way at once (src/services/crons/fire-due-crons.ts). */
const FIRINGS_AT_ONCE = 10;

describe.skipIf(!isServer)('crons of three processes on one server (skipped on the embedded database, which has one process)', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let address: Awaited<ReturnType<typeof makeTestAddress>>;
  let app: App;
  let workers: Awaited<ReturnType<typeof startWorker>>[];

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    address = await makeTestAddress();
    const env = { DATABASE_URL: address.address.databaseUrl ?? '', RUN_SLOTS: '1' };
    const config = readConfig({ ...env, LOG_LEVEL: 'silent' });
    app = await startApp({ ...config, langgraphJson: EXAMPLES, door: false, executor: false });
    workers = await Promise.all(Array.from({ length: PROCESSES }, () => startWorker({ cwd: folder.path, env })));
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
    await app.stop('the test is over');
    await address.remove();
    await folder.remove();
  });

  async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    const patience = Date.now() + 60_000;
    while (!(await isTrue())) if (Date.now() > patience) throw new Error(`In vain it was waited until ${what}.`);
  }

  const countFirings = async (): Promise<number> => {
    const [row] = await app.deps.database.prisma.$queryRaw<[{ count: number }]>`
      SELECT count(*)::int AS "count"
        FROM pg_stat_activity
       WHERE datname = current_database()
         AND wait_event_type = 'Lock'
         AND query LIKE '%INSERT INTO "CronFire"%'`;
    return row.count;
  };

  test('that are due at once each have one run, also when a process is killed while it fires', async () => {
    const { prisma } = app.deps.database;
    const caller = { ...app.deps, ...DEFAULT_TENANT };
    const cron = { assistantId: 'test_agent', schedule: '0 0 29 2 *', input: { bar: 'x' }, onRunCompleted: 'KEEP' } as const;
    const ids = await Promise.all(Array.from({ length: CRONS }, () => createCron(caller, cron).then(({ id }) => id)));
    const dueAt = new Date(Math.floor(Date.now() / 1_000) * 1_000);

    // While the table is held, every firing stands between its run and its record.
    const holder = new pg.Client({ connectionString: address.address.databaseUrl ?? '' });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE "CronFire" IN SHARE MODE');
    await prisma.cron.updateMany({ data: { nextRunAt: dueAt } });
    app.deps.signals.notify('crons');
    await until('all processes fire', async () => (await countFirings()) === PROCESSES * FIRINGS_AT_ONCE);
    await workers[0]?.kill('SIGKILL');
    await holder.query('COMMIT');
    await holder.end();

    await until('nothing is due', async () => (await prisma.cron.count({ where: { nextRunAt: dueAt } })) === 0);
    const fires = await prisma.cronFire.findMany();
    expect(fires.map(({ cronId }) => cronId).sort()).toEqual([...ids].sort());
    for (const fire of fires) expect(fire).toMatchObject({ outcome: 'STARTED', scheduledAt: dueAt, missedCount: 0 });
    const runs = await prisma.run.findMany({ select: { id: true, cronId: true } });
    const pair = (runId: string | null, cronId: string | null): string => `${runId} of ${cronId}`;
    expect(runs.map(({ id, cronId }) => pair(id, cronId)).sort()).toEqual(fires.map(({ runId, cronId }) => pair(runId, cronId)).sort());
    expect(await prisma.thread.count()).toBe(CRONS);
  });
});
