import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type * as engineBindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { MigrationList, SchemaEngine, SchemasContainer } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { PrismaPGlite } from 'pglite-prisma-adapter';

const MIGRATIONS = fileURLToPath(new URL('migrations/', import.meta.url));
const SCHEMA = fileURLToPath(new URL('schema.prisma', import.meta.url));
const EVERYTHING = { externalTables: [], externalEnums: [] };

/**
 * SQL that leads from prisma/migrations, or from an empty database, to prisma/schema.prisma; empty when nothing is missing.
 * Takes seconds: it works on databases in memory.
 */
export async function diffMigrations({ from }: { from: 'migrations' | 'empty' } = { from: 'migrations' }): Promise<string> {
  const database = await PGlite.create();
  try {
    return await withSchemaEngine(database, async (engine) => {
      const { stdout } = await engine.diff({
        from: from === 'empty' ? { tag: 'empty' } : { tag: 'migrations', ...(await readMigrationList()) },
        to: { tag: 'schemaDatamodel', ...(await readSchema()) },
        script: true,
        exitCode: null,
        filters: EVERYTHING,
      });
      return stdout === null || stdout.trim() === '-- This is an empty migration.' ? '' : stdout.trimStart();
    });
  } finally {
    await database.close();
  }
}

/** Does to `database` what `prisma migrate deploy` does. */
export async function deployMigrations(database: PGlite): Promise<void> {
  await withSchemaEngine(database, async (engine) =>
    engine.applyMigrations({ migrationsList: await readMigrationList(), filters: EVERYTHING }),
  );
}

/** What Prisma's own commands think of the migrations recorded in `database`; `history` null: they agree with prisma/migrations. */
export async function diagnoseMigrations(database: PGlite) {
  return withSchemaEngine(database, async (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList: await readMigrationList(), optInToShadowDatabase: false, filters: EVERYTHING }),
  );
}

/** Lends out Prisma's schema engine, the WebAssembly one: the native one would have to be downloaded. */
async function withSchemaEngine<T>(database: PGlite, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const shadows: PGlite[] = [];
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: 'pglite',
    connect: () => adapt(database),
    connectToShadowDb: async () => {
      const shadow = await PGlite.create();
      shadows.push(shadow);
      return adapt(shadow);
    },
  };
  const { SchemaEngine } = await (loaded ??= loadEngine());
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory));
  try {
    return await work(engine);
  } finally {
    engine.free();
    await Promise.all(shadows.map((shadow) => shadow.close()));
  }
}

async function adapt(database: PGlite): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPGlite(database).connect();
  return Object.assign(adapter, {
    // The adapter's own does not wait for the script, so its errors would be lost.
    executeScript: async (script: string) => {
      await database.exec(script);
    },
  });
}

type Bindings = typeof engineBindings;

/** The bindings know one instance: a second would pull the memory away from under the engines of the first. */
let loaded: Promise<Bindings> | undefined;

/** Instantiates the engine by hand, because Node 20 cannot import `.wasm` files as the package's entry does. */
async function loadEngine(): Promise<Bindings> {
  const name = '@prisma/schema-engine-wasm/schema_engine_bg';
  const bindings = (await import(name)) as Bindings & WebAssembly.ModuleImports & { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  const binary = await readFile(
    createRequire(import.meta.url)
      .resolve(name)
      .replace(/\.js$/, '.wasm'),
  );
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return bindings;
}

async function readSchema(): Promise<SchemasContainer> {
  return { files: [{ path: SCHEMA, content: await readFile(SCHEMA, 'utf8') }] };
}

async function readMigrationList(): Promise<MigrationList> {
  const names = (await readdir(MIGRATIONS, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: MIGRATIONS,
    lockfile: { path: 'migration_lock.toml', content: await readFile(`${MIGRATIONS}migration_lock.toml`, 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: await readFile(`${MIGRATIONS}${name}/migration.sql`, 'utf8') },
        },
      })),
    ),
  };
}
