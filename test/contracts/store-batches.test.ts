import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FoundItem, PlannedOperation } from '../../src/domain/store-operation.js';
import type { Prisma } from '../../src/generated/prisma/client.js';
import type { Database } from '../../src/store/database/database.js';
import { doStoreOperations } from '../../src/store/store-items/do-store-operations.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { openTestDatabase } from '../support/database.js';
import { explain, nodesOf, recordStatements, rowsTouched } from '../support/plans.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const run = (operations: readonly PlannedOperation[], db = database.prisma as Parameters<typeof doStoreOperations>[0]) =>
  doStoreOperations(db, DEFAULT_TENANT, operations);
const put = (root: string, key: string, n: number, ttlMinutes: number | null = null): PlannedOperation => ({
  kind: 'put',
  namespace: [root],
  key,
  value: { n },
  ttlMinutes,
  vectors: [],
});
const remove = (root: string, key: string): PlannedOperation => ({ kind: 'delete', namespace: [root], key });
const get = (root: string, key: string): PlannedOperation => ({ kind: 'get', namespace: [root], key, refreshTtl: true });
const search = (prefix: readonly string[], more: object = {}): PlannedOperation => ({
  ...{ kind: 'search', prefix, conditions: [], limit: 10, offset: 0, after: null, refreshTtl: true, near: null },
  ...more,
});
const valueOf = async (root: string, key: string): Promise<unknown> => {
  const [item] = await run([get(root, key)]);
  return (item as { value: unknown } | null)?.value ?? null;
};

test('a batch is one statement, whose reads see the store as it was before', async () => {
  const root = randomUUID();
  await run([put(root, 'a', 1), put(root, 'b', 1), put(root, 'c', 1)]);
  const batch: PlannedOperation[] = [
    put(root, 'a', 2),
    get(root, 'a'),
    remove(root, 'b'),
    search([root]),
    { kind: 'namespaces', match: [{ at: 'beginning', labels: [root] }], maxDepth: null, limit: 9, offset: 0, after: null },
    get(root, 'none'),
    remove(root, 'none'),
  ];
  const statements = await recordStatements(database, async (db) => {
    expect(await run(batch, db)).toMatchObject([
      { key: 'a', value: { n: 2 } },
      { key: 'a', value: { n: 1 } },
      { deletedId: expect.any(String) as string },
      [{ item: { key: 'c' } }, { item: { key: 'b' } }, { item: { key: 'a', value: { n: 1 } } }],
      [[root]],
      null,
      null,
    ]);
  });
  expect(statements).toHaveLength(1);
  expect([await valueOf(root, 'a'), await valueOf(root, 'b')]).toEqual([{ n: 2 }, null]);
});

test('of several writes to one place in a batch the last counts', async () => {
  const root = randomUUID();
  expect(await run([put(root, 'a', 1), put(root, 'a', 2), put(root, 'b', 1), remove(root, 'b')])).toMatchObject([
    null,
    { value: { n: 2 } },
    null,
    null,
  ]);
  expect([await valueOf(root, 'a'), await valueOf(root, 'b')]).toEqual([{ n: 2 }, null]);
});

test('batches that write the same items in any order, and read them, all come to their end', async () => {
  const root = randomUUID();
  const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
  const batches = Array.from({ length: 40 }, (_, n) => {
    const order = n % 2 === 0 ? keys : [...keys].reverse();
    return order.map((key, at) => ((n + at) % 5 === 0 ? remove(root, key) : (n + at) % 3 === 0 ? get(root, key) : put(root, key, n, 5)));
  });
  await Promise.all(batches.map((batch) => run([...batch, search([root])])));
  await run(keys.map((key) => put(root, key, -1)));
  const [found] = await run([search([root], { limit: 100 })]);
  expect((found as readonly FoundItem[]).map(({ item }) => item.value)).toEqual(keys.map(() => ({ n: -1 })));
});

test('a first page below a prefix does not read the whole table, be the prefix narrow or wide', async () => {
  await database.prisma.$executeRawUnsafe(`
    INSERT INTO "StoreItem" ("id", "tenantId", "namespace", "path", "key", "value")
    SELECT gen_random_uuid(), 'default', ARRAY['users', 'user ' || n % 500, 'notes'], 'users.user ' || n % 500 || '.notes.', 'k' || n,
           jsonb_build_object('kind', 'kind ' || n % 7, 'n', n)
      FROM generate_series(1, 20000) AS n`);
  await database.prisma.$executeRawUnsafe('ANALYZE "StoreItem"');
  const plansOf = async (prefix: string[]) => {
    const conditions = [{ key: 'kind', operator: '$eq', operand: 'kind 1' }];
    const statements = await recordStatements(database, (db) => run([search(prefix, { conditions })], db));
    return explain(database, statements[0] as Prisma.Sql);
  };
  const narrow = await plansOf(['users', 'user 17']);
  expect(nodesOf(narrow).flatMap((node) => node['Index Name'] ?? [])).toContain('StoreItem_tenantId_path_idx');
  expect(rowsTouched(narrow)).toBeLessThan(400);
  expect(rowsTouched(await plansOf(['users']))).toBeLessThan(2_000);
});
