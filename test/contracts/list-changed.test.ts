import { afterAll, beforeAll, expect, test } from 'vitest';
import { transact, type Database } from '../../src/store/database/database.js';
import { type ChangePlace, listChangedAfter, readDatabaseTime } from '../../src/store/database/list-changed.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { openTestDatabase } from '../support/database.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('pages over what changed since a place give each object once, in order, though many changed in one millisecond', async () => {
  const { prisma } = database;
  const since = await readDatabaseTime(prisma);
  const threadIds: string[] = [];
  for (let count = 0; count < 25; count += 1) threadIds.push(await insertThread(database));
  await transact(database, async (db) => {
    await db.$executeRaw`UPDATE "Thread" SET "updatedAt" = CURRENT_TIMESTAMP`;
  });

  const seen: string[] = [];
  let after: ChangePlace = { at: since, id: null };
  for (;;) {
    const page = await listChangedAfter(prisma, DEFAULT_TENANT, { noun: 'thread', after, limit: 4 });
    seen.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (!last) break;
    after = last;
  }
  expect(seen).toEqual([...threadIds].sort());
  expect(await listChangedAfter(prisma, { tenantId: 'other' }, { noun: 'thread', after: { at: since, id: null }, limit: 4 })).toEqual([]);
});

test('a run is listed with its thread', async () => {
  const since = await readDatabaseTime(database.prisma);
  const threadId = await insertThread(database);
  const { runId } = await insertRunningRun(database, threadId);
  await database.prisma.$executeRaw`UPDATE "Run" SET "updatedAt" = CURRENT_TIMESTAMP WHERE "id" = ${runId}::uuid`;
  const after = { at: since, id: null };
  expect(await listChangedAfter(database.prisma, DEFAULT_TENANT, { noun: 'run', after, limit: 9 })).toMatchObject([
    { id: runId, threadId },
  ]);
});
