import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf, withClients } from './client.js';
import { type CpuProfile, groupSelfTimes, type SelfTime } from './cpu-profile.js';
import { ratePerSecond } from './crowd.js';
import { openScratchDatabase } from './postgres.js';
import { waitForRun } from './rows/wait-run.js';
import { startServer } from './server.js';
import { openStatementCounter, type Statement } from './statements.js';

const CLIENTS = 16;
const RUNS = 400;
const LINES = 25;
const TEXT_MAX = 110;

/** Prints where the server's time goes while 16 clients wait for three-node runs on PostgreSQL, and the statements that one run takes. */
export async function profile(): Promise<void> {
  const database = await openScratchDatabase();
  if (!database?.isOwnServer)
    throw new Error('A profile starts its own PostgreSQL server: unset DATABASE_URL, and have `postgres` and `initdb` in PATH.');
  const folder = await mkdtemp(join(tmpdir(), 'skein-bench-profile-'));
  try {
    const { statements, perSecond, from, until } = await runProfiled(database.url, folder);
    const micros = until - from;
    say(
      `${RUNS} runs, ${perSecond.toFixed(0)}/s while profiled: ${(micros / 1_000 / RUNS).toFixed(2)} ms of the server's main thread each`,
    );
    printStatements(statements);
    const { byLibrary, byFunction } = groupSelfTimes(await readProfile(folder), { from, until });
    printTimes('library', byLibrary, micros);
    printTimes('function', byFunction, micros);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await database.stop();
  }
}

/** The second half of twice as many runs, so that everything is warm. */
async function runProfiled(url: string, folder: string) {
  const server = await startServer(url, ['--cpu-prof', '--cpu-prof-dir', folder]);
  const counter = await openStatementCounter(url);
  try {
    return await withClients(server.url, CLIENTS, async (clients) => {
      const wait = (caller: number) => waitForRun(clientOf(clients, caller));
      await ratePerSecond(CLIENTS, RUNS, wait);
      await counter.reset();
      const from = nowMicros();
      const perSecond = await ratePerSecond(CLIENTS, RUNS, wait);
      return { from, until: nowMicros(), perSecond, statements: await counter.read() };
    });
  } finally {
    await counter.stop();
    await server.stop();
  }
}

/** Of the main thread: the other threads of the process leave files too, numbered from 1. */
async function readProfile(folder: string): Promise<CpuProfile> {
  const file = (await readdir(folder)).find((name) => /^CPU\.\d+\.\d+\.\d+\.0\./.test(name));
  if (file === undefined) throw new Error('The server left no profile.');
  return JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile;
}

function printStatements(statements: readonly Statement[]): void {
  const calls = statements.reduce((sum, statement) => sum + statement.calls, 0);
  const totalMs = statements.reduce((sum, statement) => sum + statement.totalMs, 0);
  say(`\nstatements per run: ${(calls / RUNS).toFixed(1)}, ${(totalMs / RUNS).toFixed(2)} ms of the database (without commits' waits)`);
  for (const { text, calls: count, totalMs: ms } of statements.slice(0, LINES)) {
    say(`${(count / RUNS).toFixed(2).padStart(8)} ${(ms / RUNS).toFixed(3).padStart(8)} ms  ${text.slice(0, TEXT_MAX)}`);
  }
}

function printTimes(what: string, times: readonly SelfTime[], totalMicros: number): void {
  say(`\nself time by ${what}`);
  for (const { name, micros } of times.slice(0, LINES)) {
    say(`${((micros / totalMicros) * 100).toFixed(1).padStart(6)} % ${(micros / 1_000 / RUNS).toFixed(3).padStart(8)} ms a run  ${name}`);
  }
}

/** The clock that V8's profiler uses. */
function nowMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
