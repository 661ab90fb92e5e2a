import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { makeMemorySignals } from '../src/adapters/memory-signals.js';
import { makeTelemetry } from '../src/adapters/telemetry.js';
import type { StoreOperation } from '../src/domain/store-operation.js';
import { DEFAULT_STORE_SETTINGS } from '../src/domain/store-settings.js';
import type { StoreCaller } from '../src/services/caller.js';
import { doStoreOperations } from '../src/services/store/do-store-operations.js';
import { type Database, openDatabase } from '../src/store/database/database.js';
import { DEFAULT_TENANT } from '../src/store/tenant.js';
import { timesMs } from './crowd.js';
import { durationOf, type Figure } from './figure.js';
import { describeMachine, readLoad } from './machine.js';
import { openScratchDatabase } from './postgres.js';

/** What the store's operations take, among many items and vectors, on both databases. The door and the embedder are left out. */
const ITEMS = 100_000;
const NAMESPACES = 1_000;
const VECTORS = 10_000;
const DIMS = 384;
const SEARCHES = 500;
const SEARCHES_BY_MEANING = 100;

/** Measures, prints, and writes the results down. */
export async function measureStore(): Promise<void> {
  const loadBefore = readLoad();
  const figures: Record<string, readonly Figure[]> = { embedded: await measureEmbedded() };
  const scratch = await openScratchDatabase();
  if (scratch) {
    try {
      figures['server'] = await measure(await openDatabase({ databaseUrl: scratch.url, dataDir: '' }));
    } finally {
      await scratch.stop();
    }
  }
  for (const [database, rows] of Object.entries(figures)) for (const row of rows) print(database, row);
  const [date, folder] = [new Date().toISOString(), new URL('results/', import.meta.url)];
  await mkdir(folder, { recursive: true });
  const results = { date, machine: describeMachine(null), loadBefore, figures };
  await writeFile(new URL(`${date.slice(0, 10)}-store.json`, folder), `${JSON.stringify(results, null, 2)}\n`);
}

async function measureEmbedded(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'skein-bench-'));
  try {
    return await measure(await openDatabase({ databaseUrl: null, dataDir }));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(database: Database): Promise<Figure[]> {
  const caller = makeCaller(database);
  try {
    await fillItems(database);
    const user = (): string => `user ${Math.floor(Math.random() * NAMESPACES)}`;
    const searches = {
      'a user’s items with a filter, first page': () => search(['users', user()]),
      'all items with a filter, first page': () => search(['users']),
      'one item by its key': (): StoreOperation => ({ kind: 'get', namespace: ['users', user(), 'notes'], key: 'k1', refreshTtl: null }),
      'put one item': (): StoreOperation => ({
        kind: 'put',
        namespace: ['users', user(), 'notes'],
        key: 'new',
        value: { n: 1 },
        index: [],
      }),
    };
    const figures: Figure[] = [];
    for (const [name, make] of Object.entries(searches)) {
      await timesMs(20, () => doStoreOperations(caller, [make()]));
      figures.push(...describe(name, await timesMs(SEARCHES, () => doStoreOperations(caller, [make()]))));
    }
    await fillVectors(caller);
    figures.push(...(await measureMeaning(database)));
    return figures;
  } finally {
    await database.close();
  }
}

async function measureMeaning(database: Database): Promise<Figure[]> {
  const exact: Database = { ...database, vectors: { ...database.vectors, hasExtension: () => Promise.resolve(false) } };
  const ways = (await database.vectors.hasExtension()) ? { pgvector: database, exact } : { exact };
  const figures: Figure[] = [];
  for (const [way, one] of Object.entries(ways)) {
    const caller = makeCaller(one);
    const find = () => doStoreOperations(caller, [{ ...search(['vectors']), filter: null, query: String(Math.random()) }]);
    const first = await timesMs(1, find);
    figures.push(durationOf(`top 10 of ${VECTORS} × ${DIMS}, ${way}: the first`, first));
    figures.push(...describe(`top 10 of ${VECTORS} × ${DIMS}, ${way}`, await timesMs(SEARCHES_BY_MEANING, find)));
  }
  return figures;
}

function search(prefix: readonly string[]) {
  const filter = { kind: `kind ${Math.floor(Math.random() * 7)}` };
  return { kind: 'search', prefix, filter, query: null, limit: 10, offset: 0, after: null, refreshTtl: null } as const;
}

async function fillItems({ prisma }: Database): Promise<void> {
  await prisma.$executeRawUnsafe(`
    INSERT INTO "StoreItem" ("id", "tenantId", "namespace", "path", "key", "value")
    SELECT gen_random_uuid(), 'default', ARRAY['users', 'user ' || n % ${NAMESPACES}, 'notes'], 'users.user ' || n % ${NAMESPACES} || '.notes.',
           'k' || n, jsonb_build_object('kind', 'kind ' || n % 7, 'text', repeat('word ' || n || ' ', 10), 'n', n)
      FROM generate_series(1, ${ITEMS}) AS n`);
  await prisma.$executeRawUnsafe('ANALYZE "StoreItem"');
}

async function fillVectors(caller: StoreCaller): Promise<void> {
  const started = performance.now();
  const put = (n: number): StoreOperation => ({
    kind: 'put',
    namespace: ['vectors', `group ${n % 10}`],
    key: `k${n}`,
    value: { text: `text ${n}` },
  });
  for (let from = 0; from < VECTORS; from += 200)
    await doStoreOperations(
      caller,
      Array.from({ length: 200 }, (_, at) => put(from + at)),
    );
  await caller.database.prisma.$executeRawUnsafe('ANALYZE "StoreItem", "StoreItemEmbedding"');
  process.stderr.write(`${VECTORS} vectors stored in ${((performance.now() - started) / 1_000).toFixed(1)} s\n`);
}

function makeCaller(database: Database): StoreCaller {
  return {
    ...DEFAULT_TENANT,
    database,
    signals: makeMemorySignals(),
    telemetry: makeTelemetry(),
    storeSettings: DEFAULT_STORE_SETTINGS,
    storeIndex: { dims: DIMS, fields: ['text'], embed: (texts) => Promise.resolve(texts.map(embed)) },
  };
}

/** Anywhere. */
function embed(): number[] {
  return Array.from({ length: DIMS }, () => Math.random() * 2 - 1);
}

function describe(name: string, times: readonly number[]): Figure[] {
  return [durationOf(`${name}, p50`, times), durationOf(`${name}, p99`, times, 0.99)];
}

function print(database: string, { work, value, lowest, highest }: Figure): void {
  process.stdout.write(`${database.padEnd(9)} ${work.padEnd(60)} ${value.toFixed(1).padStart(8)} ms   (${lowest} – ${highest})\n`);
}
