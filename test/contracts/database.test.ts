import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transact, type Database, type Db } from '../../src/store/database/database.js';
import { openTestDatabase } from '../support/database.js';

let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
});

afterAll(() => database.close());

const insertThread = async (db: Db, id: string = randomUUID()) => {
  await db.thread.create({ data: { id, tenantId: 'default', metadata: {}, config: {} } });
  return id;
};

test('a transaction that throws leaves nothing behind', async () => {
  const id = randomUUID();
  const failure = new Error('after the insert');
  await expect(
    transact(database, async (db) => {
      await insertThread(db, id);
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(await database.prisma.thread.findUnique({ where: { id } })).toBeNull();
});

test('a transaction that returns is there as a whole', async () => {
  const ids = await transact(database, async (db) => [await insertThread(db), await insertThread(db)]);
  expect(await database.prisma.thread.count({ where: { id: { in: ids } } })).toBe(2);
});

test('a transaction reads what others have committed meanwhile', async () => {
  const level = await transact(database, (db) => db.$queryRaw`SELECT current_setting('transaction_isolation') AS "level"`);
  expect(level).toEqual([{ level: 'read committed' }]);
});

test('a commit that the database refuses is not acknowledged', async () => {
  await database.prisma.$executeRaw`CREATE TABLE "Once" ("n" int UNIQUE DEFERRABLE INITIALLY DEFERRED)`;
  const twice = transact(database, async (db) => {
    await db.$executeRaw`INSERT INTO "Once" VALUES (1)`;
    await db.$executeRaw`INSERT INTO "Once" VALUES (1)`;
  });
  await expect(twice).rejects.toThrow(/unique/i);
  expect(await database.prisma.$queryRaw`SELECT "n" FROM "Once"`).toEqual([]);
});

test('1,000 transactions at once all succeed', async () => {
  const before = await database.prisma.thread.count();
  const work = async (db: Db) => {
    const id = await insertThread(db);
    await db.thread.update({ where: { id }, data: { ttlMinutes: 1 } });
  };
  await Promise.all(Array.from({ length: 1_000 }, () => transact(database, work)));
  expect(await database.prisma.thread.count()).toBe(before + 1_000);
});

test.each(['40001', '40P01'])('a transaction that the database breaks off with %s is tried again', async (state) => {
  let attempts = 0;
  const id = await transact(database, async (db) => {
    attempts += 1;
    const inserted = await insertThread(db);
    if (attempts === 1) await db.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'broken off' USING ERRCODE = '${state}'; END $$`);
    return inserted;
  });
  expect(attempts).toBe(2);
  expect(await database.prisma.thread.count({ where: { id } })).toBe(1);
});

test('a transaction that is broken off every time ends with the error', async () => {
  let attempts = 0;
  const work = async (db: Db) => {
    attempts += 1;
    await db.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'broken off' USING ERRCODE = '40001'; END $$`;
  };
  await expect(transact(database, work)).rejects.toThrow('broken off');
  expect(attempts).toBe(10);
});

test('another error is thrown at once', async () => {
  let attempts = 0;
  const work = async (db: Db) => {
    attempts += 1;
    await db.$executeRaw`SELECT 1 / 0`;
  };
  await expect(transact(database, work)).rejects.toThrow('division by zero');
  expect(attempts).toBe(1);
});

test('two transactions that wait for each other both succeed', async () => {
  const [first, second] = await transact(database, async (db) => [await insertThread(db), await insertThread(db)]);
  const touch = (one: string, other: string) =>
    transact(database, async (db) => {
      await db.thread.update({ where: { id: one }, data: { ttlMinutes: { increment: 1 } } });
      await db.thread.update({ where: { id: other }, data: { ttlMinutes: { increment: 1 } } });
    });
  await database.prisma.thread.updateMany({ where: { id: { in: [first, second] } }, data: { ttlMinutes: 0 } });
  await Promise.all(Array.from({ length: 4 }, (_, index) => (index % 2 === 0 ? touch(first, second) : touch(second, first))));
  const threads = await database.prisma.thread.findMany({ where: { id: { in: [first, second] } }, select: { ttlMinutes: true } });
  expect(threads).toEqual([{ ttlMinutes: 4 }, { ttlMinutes: 4 }]);
});

test('instants keep their place in time, whatever the time zones of process and server', async () => {
  const instant = new Date('2026-07-01T12:34:56.789Z');
  const id = await insertThread(database.prisma);
  await database.prisma.thread.update({ where: { id }, data: { expiresAt: instant } });
  const [row] = await database.prisma.$queryRaw<{ expiresAt: Date; text: string; epoch: number }[]>`
    SELECT "expiresAt", "expiresAt"::text AS "text", (extract(epoch FROM "expiresAt") * 1000)::float8 AS "epoch"
      FROM "Thread" WHERE "id" = ${id}::uuid`;
  expect(row).toEqual({ expiresAt: instant, text: '2026-07-01 12:34:56.789+00', epoch: instant.getTime() });
});

test('every session of the database speaks UTC', async () => {
  const zones = await Promise.all(
    Array.from({ length: 30 }, () =>
      transact(database, (db) => db.$queryRaw<{ zone: string }[]>`SELECT current_setting('TimeZone') AS "zone"`),
    ),
  );
  expect(new Set(zones.flat().map(({ zone }) => zone))).toEqual(new Set(['UTC']));
});

test('integers beyond 2^53 come back exact', async () => {
  const [row] = await database.prisma.$queryRaw<{ n: bigint }[]>`SELECT ${9_007_199_254_740_993n}::bigint AS "n"`;
  expect(row?.n).toBe(9_007_199_254_740_993n);
});

test('bytes come back as they were', async () => {
  const threadId = await insertThread(database.prisma);
  const blob = Uint8Array.from({ length: 256 }, (_, index) => index);
  const key = { threadId, checkpointNs: '', channel: 'c', version: '1' };
  await database.prisma.checkpointBlob.create({ data: { ...key, type: 'bytes', blob } });
  const { blob: read } = await database.prisma.checkpointBlob.findFirstOrThrow({ where: key });
  expect(read).toEqual(blob);
  const [raw] = await database.prisma.$queryRaw<
    { blob: Uint8Array }[]
  >`SELECT "blob" FROM "CheckpointBlob" WHERE "threadId" = ${threadId}::uuid`;
  expect(raw?.blob).toEqual(blob);
});

test('an array of UUIDs is one parameter', async () => {
  const ids = [await insertThread(database.prisma), await insertThread(database.prisma)];
  const rows = await database.prisma.$queryRaw<{ id: string }[]>`SELECT "id" FROM "Thread" WHERE "id" = ANY(${ids}::uuid[])`;
  expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
});

test('a thread has at most one RUNNING run', async () => {
  const threadId = await insertThread(database.prisma);
  const run = () => ({
    id: randomUUID(),
    tenantId: 'default',
    threadId,
    assistantId: randomUUID(),
    graphId: 'g',
    status: 'RUNNING' as const,
    metadata: {},
    inputDigest: '',
  });
  await database.prisma.run.create({ data: run() });
  await database.prisma.run.create({ data: { ...run(), status: 'PENDING' } });
  await expect(database.prisma.run.create({ data: run() })).rejects.toMatchObject({ code: 'P2002' });
});

test('close can be called twice', async () => {
  const other = await openTestDatabase();
  await other.close();
  await other.close();
});
