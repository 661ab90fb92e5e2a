import { v7 as uuid7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, transact } from '../../src/store/database/database.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { insertOrLockThread } from '../../src/store/threads/insert-or-lock-thread.js';
import { deleteThreadRows, type NewThread } from '../../src/store/threads/threads.js';
import { openTestDatabase } from '../support/database.js';
import { oneWaits } from '../support/one-waits.js';
import { insertThread } from '../support/running-run.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const threadOf = (id: string): NewThread => ({
  id,
  metadata: { new: true },
  config: {} as NewThread['config'],
  temporary: false,
  ttlMinutes: null,
});

it('a thread that is not there is inserted, one that is there is given as it is, and one of another tenant is not given', async () => {
  const id = uuid7();
  expect(await insertOrLockThread(database.prisma, DEFAULT_TENANT, threadOf(id))).toMatchObject({
    id,
    status: 'IDLE',
    metadata: { new: true },
  });
  await database.prisma.thread.update({ where: { id }, data: { status: 'BUSY', nextSeq: 7, metadata: { old: true } } });
  const found = { id, status: 'BUSY', metadata: { old: true }, nextSeq: 7 };
  expect(await insertOrLockThread(database.prisma, DEFAULT_TENANT, threadOf(id))).toMatchObject(found);
  expect(await insertOrLockThread(database.prisma, { tenantId: 'other' }, threadOf(id))).toBeNull();
});

it.skipIf(process.env['SKEIN_TEST_DATABASE_URL'] === undefined)(
  'a thread that is being deleted is inserted anew when it is gone (several connections, so a server)',
  async () => {
    const id = await insertThread(database);
    let inserted: Promise<unknown> = Promise.resolve();
    await transact(database, async (db) => {
      await deleteThreadRows(db, DEFAULT_TENANT, [id]);
      inserted = insertOrLockThread(database.prisma, DEFAULT_TENANT, threadOf(id));
      await oneWaits(database, id);
    });
    expect(await inserted).toMatchObject({ id, metadata: { new: true } });
  },
);
