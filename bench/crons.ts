import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { makeTemporaryFolder, startSkein, startWorker } from '../test/support/skein-process.js';
import { type Client, clientOf, withClients } from './client.js';
import { ratePerSecond } from './crowd.js';
import { durationOf } from './figure.js';
import { openScratchDatabase } from './postgres.js';

/**
 * How late crons fire, and whether each fire time has exactly one run: many crons each minute on three processes, one of which is killed
 * while it fires. `CRONS` (300), `MINUTES` (3).
 */
const CRONS = Number(process.env['CRONS'] ?? 300);
const MINUTES = Number(process.env['MINUTES'] ?? 3);
const MINUTE = 60_000;
const CREATE_CRON = /* GraphQL */ `
  mutation {
    createCron(input: { assistantId: "test_agent", schedule: "* * * * *", input: { bar: "checked" }, onRunCompleted: KEEP }) {
      cron {
        id
      }
    }
  }
`;

const say = (line: string) => process.stdout.write(`${line}\n`);
const database = await openScratchDatabase();
if (!database) throw new Error('Crons on several processes need PostgreSQL: set DATABASE_URL, or have `postgres` and `initdb` in PATH.');
const folder = await makeTemporaryFolder();
const started: { kill(signal: NodeJS.Signals): Promise<unknown> }[] = [];
const session = new pg.Client({ connectionString: database.url });
try {
  await session.connect();
  const options = { cwd: folder.path, env: { DATABASE_URL: database.url } };
  const door = await startSkein({ ...options, args: ['serve'] });
  started.push(door);
  const [doomed, other] = [await startWorker(options), await startWorker(options)];
  started.push(doomed, other);

  const firstMinute = await withClients(door.url, 8, createCrons);
  const minutes = Array.from({ length: MINUTES }, (_, index) => new Date(firstMinute.getTime() + index * MINUTE));
  for (const [index, minute] of minutes.entries()) {
    await wait(minute.getTime() - Date.now());
    if (index !== Math.floor(MINUTES / 2)) continue;
    while ((await countFires(minute)) === 0);
    await doomed.kill('SIGKILL');
    say(`one process killed when ${await countFires(minute)} of ${CRONS} had fired`);
  }
  // What is later than this counts as missing.
  await wait(MINUTE / 2);
  await report(minutes);
} finally {
  await session.end();
  await Promise.all(started.map((process) => process.kill('SIGTERM')));
  await database.stop();
  await folder.remove();
}

/** Gives the first minute in which all of them fire. */
async function createCrons(clients: readonly Client[]): Promise<Date> {
  await ratePerSecond(clients.length, CRONS, (caller) => clientOf(clients, caller).ask(CREATE_CRON, {}));
  return new Date(Math.ceil((Date.now() + 5_000) / MINUTE) * MINUTE);
}

async function countFires(minute: Date): Promise<number> {
  const { rows } = await session.query<{ count: number }>('SELECT count(*)::int AS "count" FROM "CronFire" WHERE "scheduledAt" = $1', [
    minute,
  ]);
  return rows[0]?.count ?? 0;
}

interface Fire {
  readonly cronId: string;
  readonly scheduledAt: Date;
  readonly outcome: string;
  /** From the fire time until the run was written, by the database's clock; and until its graph began. */
  readonly createdMs: number | null;
  readonly startedMs: number | null;
}

async function report(minutes: readonly Date[]): Promise<void> {
  const { rows: fires } = await session.query<Fire>(
    `SELECT f."cronId", f."scheduledAt", f."outcome"::text,
            (extract(epoch FROM r."createdAt" - f."scheduledAt") * 1000)::float8 AS "createdMs",
            (extract(epoch FROM r."startedAt" - f."scheduledAt") * 1000)::float8 AS "startedMs"
       FROM "CronFire" f
       LEFT JOIN "Run" r ON r."id" = f."runId"
      WHERE f."scheduledAt" = ANY($1)`,
    [minutes],
  );
  const { rows: runs } = await session.query<{ count: number }>(
    `SELECT count(*)::int AS "count" FROM "Run" WHERE "createdAt" >= $1 AND "cronId" IS NOT NULL`,
    [minutes[0]],
  );
  const withRun = fires.filter(({ outcome, createdMs }) => outcome === 'STARTED' && createdMs !== null);
  const served = new Set(withRun.map(({ cronId, scheduledAt }) => `${cronId} ${scheduledAt.toISOString()}`));
  say(`${CRONS} crons each minute, ${MINUTES} minutes, 3 processes, one killed while it fires`);
  say(`fire times ${CRONS * MINUTES}, duplicates ${(runs[0]?.count ?? 0) - served.size}, missing ${CRONS * MINUTES - served.size}`);
  for (const [what, key] of [
    ['run written', 'createdMs'],
    ['graph started', 'startedMs'],
  ] as const) {
    const lateness = withRun.flatMap((fire) => fire[key] ?? []);
    const [middle, most] = [durationOf(what, lateness), durationOf(what, lateness, 0.99)];
    say(`fire time → ${what.padEnd(13)}  p50 ${middle.value} ms  p99 ${most.value} ms  max ${most.highest} ms  (${middle.samples})`);
  }
}
