import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { DAY } from '../../src/ports/clock.js';
import { openDatabase } from '../../src/store/database/database.js';

/** A migrated database that tests copy. `scratch`: a folder for the copies, removed at the end. */
export type DatabaseTemplate =
  | { readonly kind: 'embedded'; readonly folder: string; readonly scratch: string }
  | { readonly kind: 'server'; readonly url: string; readonly name: string; readonly scratch: string };

declare module 'vitest' {
  export interface ProvidedContext {
    databaseTemplate: DatabaseTemplate;
  }
}

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/skein/', import.meta.url));

/** Vitest's global set-up: once per run, on the server that SKEIN_TEST_DATABASE_URL names, else embedded. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(join(tmpdir(), 'skein-test-'));
  const url = process.env['SKEIN_TEST_DATABASE_URL'];
  if (url === undefined) {
    project.provide('databaseTemplate', { kind: 'embedded', folder: await makeTemplateFolder(), scratch });
    return () => rm(scratch, { recursive: true, force: true });
  }
  const name = `skein_template_${randomUUID().slice(0, 8)}`;
  await runOnServer(url, `CREATE DATABASE "${name}"`);
  const database = await openDatabase({ databaseUrl: withDatabaseName(url, name), dataDir: scratch });
  await database.close();
  project.provide('databaseTemplate', { kind: 'server', url, name, scratch });
  return async () => {
    await runOnServer(url, `DROP DATABASE "${name}" WITH (FORCE)`);
    await rm(scratch, { recursive: true, force: true });
  };
}

/** One statement, in a session of its own, in the database that `url` names. */
export async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export function withDatabaseName(url: string, name: string): string {
  const renamed = new URL(url);
  renamed.pathname = `/${name}`;
  return renamed.href;
}

/** Making one takes 3 s, so it is kept between runs for as long as the migrations stay the same. */
async function makeTemplateFolder(): Promise<string> {
  const folder = join(CACHE, `database-${await digestOfTemplate()}`);
  if (existsSync(folder)) {
    await utimes(folder, new Date(), new Date());
    return folder;
  }
  await mkdir(CACHE, { recursive: true });
  await removeOld();
  const unfinished = await mkdtemp(join(CACHE, 'unfinished-'));
  const database = await openDatabase({ databaseUrl: null, dataDir: unfinished });
  await database.close();
  await rename(unfinished, folder).catch(async (error: unknown) => {
    // Another run was faster.
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true });
  });
  return folder;
}

async function digestOfTemplate(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(createRequire(import.meta.url).resolve('@electric-sql/pglite')));
  for (const path of (await readdir(MIGRATIONS, { recursive: true })).sort()) {
    if (path.endsWith('.sql')) hash.update(path).update(await readFile(join(MIGRATIONS, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    if ((await stat(path)).mtimeMs < Date.now() - DAY) await rm(path, { recursive: true, force: true });
  }
}
