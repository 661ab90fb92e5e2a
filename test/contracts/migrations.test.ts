import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { deployMigrations, diagnoseMigrations, diffMigrations } from '../../prisma/schema-engine.js';
import { StartupError } from '../../src/domain/errors.js';
import { openEmbedded } from '../../src/store/database/embedded.js';
import { migrate, type MigrationSession } from '../../src/store/database/migrate.js';
import { withServerSession } from '../../src/store/database/server.js';
import { makeTestAddress } from '../support/database.js';

const onServer = inject('databaseTemplate').kind === 'server';

test('prisma/migrations on an empty database lead to schema.prisma, without a difference', async () => {
  expect(await diffMigrations()).toBe('');
});

describe('beside Prisma', () => {
  let database: PGlite;
  beforeEach(async () => {
    database = await PGlite.create();
  });
  afterEach(() => database.close());

  const sessionOf = (pglite: PGlite): MigrationSession => ({
    location: 'memory',
    query: async (sql, parameters = []) => (await pglite.query<object>(sql, [...parameters])).rows,
    script: async (sql) => {
      await pglite.exec(sql);
    },
  });

  const describeRecords = async (pglite: PGlite) => ({
    columns: (
      await pglite.query(`
        SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
          FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`)
    ).rows,
    rows: (
      await pglite.query(`
        SELECT length(id), checksum, migration_name, logs, rolled_back_at, applied_steps_count, started_at <= finished_at AS "in order"
          FROM _prisma_migrations ORDER BY migration_name`)
    ).rows,
  });

  test('migrations are recorded as Prisma records them', async () => {
    await migrate(sessionOf(database));
    const byUs = await describeRecords(database);
    const other = await PGlite.create();
    await deployMigrations(other);
    const byPrisma = await describeRecords(other);
    await other.close();
    expect(byUs.rows.length).toBeGreaterThan(0);
    expect(byUs).toEqual(byPrisma);
  });

  test('Prisma has nothing to do after us', async () => {
    await migrate(sessionOf(database));
    expect(await diagnoseMigrations(database)).toEqual({
      editedMigrationNames: [],
      failedMigrationNames: [],
      hasMigrationsTable: true,
      history: null,
    });
  });

  test('we have nothing to do after Prisma: one query, no lock', async () => {
    await deployMigrations(database);
    const { query, ...rest } = sessionOf(database);
    const asked: string[] = [];
    await migrate({ ...rest, query: (sql, parameters) => (asked.push(sql), query(sql, parameters)) });
    expect(asked).toHaveLength(1);
  });
});

describe('a database', () => {
  let folder: string;
  let session: MigrationSession;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const { address, remove } = await makeTestAddress({ fresh: true });
    if (address.databaseUrl === null) {
      const embedded = await openEmbedded(address.dataDir);
      session = embedded.session;
      close = () => embedded.close().then(remove);
      return;
    }
    const url = address.databaseUrl;
    await new Promise<void>((opened, failed) => {
      const lent = withServerSession(url, (given) => {
        session = given;
        return new Promise<void>((done) => {
          close = async () => {
            done();
            await lent;
            await remove();
          };
          opened();
        });
      });
      lent.catch(failed);
    });
  });
  afterAll(() => close());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skein-migrations-'));
    await session.script('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (name: string, sql: string) => {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'migration.sql'), sql);
  };
  const tables = async () =>
    (await session.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)).map(
      (row) => Object.values(row)[0] as string,
    );

  test('gets the migrations in order of their names, each once', async () => {
    await write('2_b', 'INSERT INTO "A" VALUES (1)');
    await write('1_a', 'CREATE TABLE "A" ("n" int)');
    await migrate(session, folder);
    await write('3_c', 'CREATE TABLE "C" ("n" int); INSERT INTO "C" SELECT * FROM "A"');
    await migrate(session, folder);
    await migrate(session, folder);
    expect(await session.query('SELECT * FROM "C"')).toEqual([{ n: 1 }]);
  });

  test('keeps nothing of a migration that fails, and gets it at the next start', async () => {
    await write('1_a', 'CREATE TABLE "A" ("n" int)');
    await write('2_b', 'CREATE TABLE "B" ("n" int); SELECT 1 / 0');
    await expect(migrate(session, folder)).rejects.toThrow(
      new StartupError(
        `The migration 2_b failed in the database ${session.location}: division by zero. ` +
          'Nothing of it was kept; repair the cause and start again.',
      ),
    );
    expect(await tables()).toEqual(['A', '_prisma_migrations']);
    await write('2_b', 'CREATE TABLE "B" ("n" int)');
    await migrate(session, folder);
    expect(await tables()).toEqual(['A', 'B', '_prisma_migrations']);
  });

  test('is refused when one of its migrations was edited', async () => {
    await write('1_a', 'CREATE TABLE "A" ("n" int)');
    await migrate(session, folder);
    await write('1_a', 'CREATE TABLE "A" ("n" bigint)');
    await expect(migrate(session, folder)).rejects.toThrow(/1_a was applied .* with another content/);
  });

  test('is not refused for other line ends', async () => {
    await write('1_a', 'CREATE TABLE "A" (\n"n" int)\n');
    await migrate(session, folder);
    await write('1_a', 'CREATE TABLE "A" (\r\n"n" int)\r\n');
    await migrate(session, folder);
  });

  test('is refused when a newer version has made it', async () => {
    await write('1_a', 'CREATE TABLE "A" ("n" int)');
    await write('2_b', 'CREATE TABLE "B" ("n" int)');
    await migrate(session, folder);
    await rm(join(folder, '2_b'), { recursive: true });
    await expect(migrate(session, folder)).rejects.toThrow(/newer version: it has the migration 2_b/);
  });

  test('is refused while a migration stands there half-way, and accepted when that was rolled back', async () => {
    await write('1_a', 'CREATE TABLE "A" ("n" int)');
    await migrate(session, folder);
    await session.script('UPDATE "_prisma_migrations" SET "finished_at" = NULL');
    await expect(migrate(session, folder)).rejects.toThrow(/1_a has failed half-way .*npx prisma migrate resolve/);
    await session.script('UPDATE "_prisma_migrations" SET "rolled_back_at" = now(); DROP TABLE "A"');
    await migrate(session, folder);
    expect(await tables()).toContain('A');
  });

  test.skipIf(!onServer)(
    'gets each migration once from many processes at once (server only: the embedded one has one process)',
    async () => {
      await write('1_a', 'CREATE TABLE "A" ("n" int)');
      await write('2_b', 'INSERT INTO "A" VALUES (1)');
      const { address, remove } = await makeTestAddress({ fresh: true });
      const count = await Promise.all(
        Array.from({ length: 8 }, () =>
          withServerSession(address.databaseUrl ?? '', async (own) => {
            await migrate(own, folder);
            return own.query('SELECT count(*)::int AS "n" FROM "A"');
          }),
        ),
      );
      await remove();
      expect(count).toEqual(Array.from({ length: 8 }, () => [{ n: 1 }]));
    },
  );
});
