import { mkdir, writeFile } from 'node:fs/promises';
import pg from 'pg';
import type { Figure } from './figure.js';
import { describeMachine, readLoad } from './machine.js';
import { openScratchDatabase } from './postgres.js';
import { measureBackgroundRuns } from './rows/background-runs.js';
import { measureChats } from './rows/chat.js';
import { measureCreatingThreads } from './rows/create-threads.js';
import { measureGraphsAlone } from './rows/graph-alone.js';
import { measureWaiting } from './rows/wait-run.js';
import { startServer } from './server.js';
import { printTable } from './table.js';

/** The columns of the table: two databases, and the graphs without any server. */
export const COLUMNS = ['server', 'embedded', 'alone'] as const;
export type Column = (typeof COLUMNS)[number];
export type Figures = Partial<Record<Column, readonly Figure[]>>;

const ROWS = [measureCreatingThreads, measureWaiting, measureBackgroundRuns, measureChats];
const RESULTS = new URL('results/', import.meta.url);

/** Measures the columns one after the other, prints them as a table, and writes them down when all of them were asked for. */
export async function measureFigures(columns: readonly Column[]): Promise<void> {
  const figures: Figures = {};
  const loadBefore = readLoad();
  let postgres: string | null = null;
  for (const column of columns) {
    process.stderr.write(`Measuring: ${column}\n`);
    switch (column) {
      case 'server':
        ({ figures: figures.server, version: postgres } = await measureOnPostgres());
        break;
      case 'embedded':
        figures.embedded = await measureServer(null);
        break;
      case 'alone':
        figures.alone = await measureGraphsAlone();
    }
  }
  const machine = describeMachine(postgres);
  process.stdout.write(printTable(figures, machine, loadBefore));
  if (columns.length < COLUMNS.length) return;
  const date = new Date().toISOString();
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL(`${date.slice(0, 10)}.json`, RESULTS), `${JSON.stringify({ date, machine, loadBefore, figures }, null, 2)}\n`);
}

async function measureOnPostgres(): Promise<{ figures: Figure[]; version: string | null }> {
  const database = await openScratchDatabase();
  if (!database) {
    process.stderr.write('No PostgreSQL server: set DATABASE_URL, or install the server so that `postgres` and `initdb` are in PATH.\n');
    return { figures: [], version: null };
  }
  try {
    return { figures: await measureServer(database.url), version: await readVersion(database.url) };
  } finally {
    await database.stop();
  }
}

async function measureServer(databaseUrl: string | null): Promise<Figure[]> {
  const server = await startServer(databaseUrl);
  try {
    const figures: Figure[] = [];
    for (const measure of ROWS) figures.push(...(await measure(server.url)));
    return figures;
  } finally {
    await server.stop();
  }
}

async function readVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  } finally {
    await client.end();
  }
}
