import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { StartupError } from '../../domain/errors.js';

/** One session of a database, as migrating needs it. */
export interface MigrationSession {
  /** What to call the database in messages. */
  readonly location: string;
  /** One statement. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly object[]>;
  /** Statements separated by semicolons. */
  script(sql: string): Promise<void>;
}

const FOLDER = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));
/** The lock that Prisma's own commands take, so that they and we exclude each other. */
const PRISMA_LOCK = 72_707_369;
const UNDEFINED_TABLE = '42P01';

/**
 * Applies the migrations of `folder` that the database lacks, in order of their names, each in one transaction with its row in
 * `_prisma_migrations`; Prisma's commands take those rows for their own. One round trip when nothing is to do.
 * @throws StartupError when a migration fails (nothing of it is kept), failed before, was edited, or is unknown here
 * Concurrency: any number of processes may call it at once; an advisory lock of the session lets one through at a time.
 */
export async function migrate(session: MigrationSession, folder = FOLDER): Promise<void> {
  const migrations = await readMigrations(folder);
  const records = await listRecords(session);
  const isComplete = records.every(({ finished }) => finished) && decidePending(session, migrations, records).length === 0;
  if (isComplete) return;

  await session.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
  try {
    await session.script(CREATE_RECORDS);
    for (const migration of decidePending(session, migrations, await listRecords(session))) await apply(session, migration);
  } finally {
    await session.query('SELECT pg_advisory_unlock($1)', [PRISMA_LOCK]);
  }
}

interface Migration {
  readonly name: string;
  readonly sql: string;
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.sort().map(async (name) => ({ name, sql: await readFile(`${folder}/${name}/migration.sql`, 'utf8') })));
}

interface MigrationRecord {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** A row without an end stands for a migration that Prisma's command is applying just now, or that failed half-way. */
async function listRecords(session: MigrationSession): Promise<readonly MigrationRecord[]> {
  try {
    return (await session.query(`
      SELECT "migration_name" AS "name", "checksum", "finished_at" IS NOT NULL AS "finished"
        FROM "_prisma_migrations"
       WHERE "rolled_back_at" IS NULL
       ORDER BY "started_at"`)) as readonly MigrationRecord[];
  } catch (error) {
    if (isDatabaseError(error) && error.code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/** The migrations still to be applied. */
function decidePending(
  { location }: MigrationSession,
  migrations: readonly Migration[],
  records: readonly MigrationRecord[],
): readonly Migration[] {
  for (const { name, finished, checksum } of records) {
    const migration = migrations.find((candidate) => candidate.name === name);
    if (!migration) {
      throw new StartupError(
        `The database ${location} was made by a newer version: it has the migration ${name}, which is unknown here. ` +
          'Start that version, or use another database.',
      );
    }
    if (!finished) {
      throw new StartupError(
        `The migration ${name} has failed half-way in the database ${location}. ` +
          `Repair it, then run \`npx prisma migrate resolve --applied ${name}\` (or \`--rolled-back ${name}\`).`,
      );
    }
    if (!possibleChecksums(migration).includes(checksum)) {
      throw new StartupError(
        `The migration ${name} was applied to the database ${location} with another content than its file has now. ` +
          `Restore prisma/migrations/${name}/migration.sql, and put changes into a new migration.`,
      );
    }
  }
  return migrations.filter(({ name }) => !records.some((record) => record.name === name));
}

async function apply(session: MigrationSession, migration: Migration): Promise<void> {
  const startedAt = new Date();
  await session.script('BEGIN');
  try {
    await session.script(migration.sql);
    await session.query(
      `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), checksumOf(migration.sql), migration.name, startedAt.toISOString()],
    );
    await session.script('COMMIT');
  } catch (error) {
    await session.script('ROLLBACK');
    if (!isDatabaseError(error)) throw error;
    throw new StartupError(
      `The migration ${migration.name} failed in the database ${session.location}: ${error.message}. ` +
        'Nothing of it was kept; repair the cause and start again.',
      { cause: error },
    );
  }
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

/** A checkout may have other line ends than the one that applied it. */
function possibleChecksums({ sql }: Migration): readonly string[] {
  const unix = sql.replaceAll('\r\n', '\n');
  return [sql, unix, unix.replaceAll('\n', '\r\n')].map(checksumOf);
}

function isDatabaseError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** Letter for letter what Prisma creates. */
const CREATE_RECORDS = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                  VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"            VARCHAR(64) NOT NULL,
    "finished_at"         TIMESTAMPTZ,
    "migration_name"      VARCHAR(255) NOT NULL,
    "logs"                TEXT,
    "rolled_back_at"      TIMESTAMPTZ,
    "started_at"          TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;
