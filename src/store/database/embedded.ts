import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { StartupError } from '../../domain/errors.js';
import { lockFolder } from './folder-lock.js';
import type { MigrationSession } from './migrate.js';

/** PostgreSQL inside this process. */
export interface Embedded {
  readonly pglite: PGlite;
  readonly session: MigrationSession;
  /** Ends the server cleanly and frees the folder. */
  close(): Promise<void>;
}

const DATA = 'postgres';
const UNFINISHED = 'postgres.new-';
/** The PostgreSQL inside PGlite 0.5. A folder of another major version cannot be opened, only dumped and restored. */
const POSTGRES_MAJOR = '18';

/**
 * Opens the database in `dataDir`, making it when there is none (about 3 s; 0.3 s later on). Every acknowledged transaction survives the
 * death of the process; fsync is off in PGlite, so the last ones may not survive the death of the machine.
 * @throws StartupError when the folder is locked, not writable, or holds something else
 */
export async function openEmbedded(dataDir: string): Promise<Embedded> {
  const location = resolve(dataDir);
  await makeFolder(location);
  const lock = await lockFolder(location);
  try {
    await removeUnfinished(location);
    if (!(await readdir(location)).includes(DATA)) await initialise(location);
    await checkVersion(location);
    const pglite = await start(join(location, DATA)).catch((error: unknown) => {
      throw new StartupError(
        `The database in ${location} does not open (${reasonOf(error)}). Restore a copy of it, or choose another folder with DATA_DIR.`,
        { cause: error },
      );
    });
    return {
      pglite,
      session: {
        location,
        query: async (sql, parameters = []) => (await pglite.query<object>(sql, [...parameters])).rows,
        script: async (sql) => {
          await pglite.exec(sql);
        },
      },
      async close() {
        await pglite.close().finally(lock.release);
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function makeFolder(location: string): Promise<void> {
  try {
    await makePath(location);
  } catch (error) {
    throw new StartupError(`The data folder ${location} cannot be made (${reasonOf(error)}). Choose another one with DATA_DIR.`, {
      cause: error,
    });
  }
}

/** By hand, because Node's own recursive way never ends below a folder that takes none (/proc). */
async function makePath(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makePath(dirname(path));
    await mkdir(path);
  }
}

/** A process killed in its first start leaves a half-made folder; nobody else makes one while we hold the lock. */
async function removeUnfinished(location: string): Promise<void> {
  const unfinished = (await readdir(location)).filter((name) => name.startsWith(UNFINISHED));
  await Promise.all(unfinished.map((name) => rm(join(location, name), { recursive: true, force: true })));
}

/** A half-initialised folder never opens again, so the folder gets its name only when it is whole. */
async function initialise(location: string): Promise<void> {
  const unfinished = join(location, `${UNFINISHED}${randomUUID()}`);
  try {
    const pglite = await start(unfinished);
    await pglite.close();
    await rename(unfinished, join(location, DATA));
  } catch (error) {
    throw new StartupError(`A database cannot be made in ${location} (${reasonOf(error)}). Choose another folder with DATA_DIR.`, {
      cause: error,
    });
  }
}

async function checkVersion(location: string): Promise<void> {
  const version = (await readFile(join(location, DATA, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === POSTGRES_MAJOR) return;
  throw new StartupError(
    version === ''
      ? `${join(location, DATA)} is not a database. Choose another folder with DATA_DIR.`
      : `The database in ${location} was made by PostgreSQL ${version}; this version has PostgreSQL ${POSTGRES_MAJOR} built in. Choose another folder with DATA_DIR.`,
  );
}

function start(dataDir: string): Promise<PGlite> {
  return PGlite.create({ dataDir, extensions: { vector } });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
