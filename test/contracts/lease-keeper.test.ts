import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Fence } from '../../src/domain/run.js';
import { openDatabase, type Database } from '../../src/store/database/database.js';
import { startLeaseKeeper } from '../../src/store/runs/lease-keeper.js';
import { makeTestAddress } from '../support/database.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';

const LEASE_MS = 1_000;
const isServer = inject('databaseTemplate').kind === 'server';

describe.skipIf(!isServer)('the lease keeper (needs a server)', () => {
  let database: Database;
  let databaseUrl: string;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const { address, ...rest } = await makeTestAddress();
    ({ remove } = rest);
    databaseUrl = address.databaseUrl ?? '';
    database = await openDatabase(address);
  });
  afterAll(async () => {
    await database.close();
    await remove();
  });

  const leaseOf = async ({ runId }: Fence): Promise<number> => {
    const run = await database.prisma.run.findUniqueOrThrow({ where: { id: runId } });
    return run.leaseUntil?.getTime() ?? 0;
  };
  /** Resolves with the fence that is told to be lost. */
  function hold(fence: Fence): { readonly lost: Promise<Fence> } {
    const lost = new Promise<Fence>((resolve) => {
      const keeper = startLeaseKeeper(databaseUrl, { leaseMs: LEASE_MS, onLost: resolve });
      onTestFinished(() => keeper.stop());
      keeper.hold(fence, { untilMs: 60_000 });
    });
    return { lost };
  }

  test('renews a lease while the event loop is blocked', async () => {
    const fence = await insertRunningRun(database, await insertThread(database));
    hold(fence);
    await expect.poll(() => leaseOf(fence), { timeout: 10_000 }).toBeGreaterThan(0);
    const before = await leaseOf(fence);
    const until = Date.now() + 2 * LEASE_MS;
    while (Date.now() < until);
    expect(await leaseOf(fence)).toBeGreaterThan(before + LEASE_MS);
  });

  test('tells of a run that another attempt has taken, and leaves its lease alone', async () => {
    const fence = await insertRunningRun(database, await insertThread(database));
    const taken = await database.prisma.run.update({ where: { id: fence.runId }, data: { attempt: 2, leaseUntil: new Date(0) } });
    expect(await hold(fence).lost).toEqual(fence);
    expect(await leaseOf(fence)).toBe(taken.leaseUntil?.getTime());
  });
});
