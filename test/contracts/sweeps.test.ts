import { v7 as uuid7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { TelemetryName } from '../../src/ports/telemetry.js';
import type { Deps } from '../../src/services/caller.js';
import { expireEvents } from '../../src/services/log/expire-events.js';
import { sweepRemovedRuns } from '../../src/services/runs/sweep-removed-runs.js';
import { sweepExpiredThreads } from '../../src/services/threads/sweep-expired-threads.js';
import { sweepTemporaryThreads } from '../../src/services/threads/sweep-temporary-threads.js';
import { sweepDeliveries } from '../../src/services/webhooks/sweep-deliveries.js';
import { openTestDatabase } from '../support/database.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';
import { STATE_GRAPHS } from '../support/server.js';

const DAY_MS = 24 * 3_600_000;
const LONG_AGO = new Date(0);
const JUST_NOW = (): Date => new Date();
const FAR_OFF = new Date('2100-01-01');

let app: App;
beforeAll(async () => {
  const config = { ...readConfig({ LOG_LEVEL: 'silent' }), langgraphJson: STATE_GRAPHS, door: false, executor: false };
  app = await startApp(config, { database: await openTestDatabase() });
});
afterAll(() => app.stop('the test is over'));

interface Sweep {
  readonly tells: TelemetryName;
  /** As the loop calls it. */
  round(deps: Deps): Promise<boolean>;
  /** Makes something that is due, or something of the same kind that is not; gives its id. */
  make(isDue: boolean): Promise<string>;
  isThere(id: string): Promise<boolean>;
  readonly due: number;
}

const prisma = () => app.deps.database.prisma;
const makeThread = async (temporary: boolean, isDue: boolean): Promise<string> => {
  const id = await insertThread(app.deps.database);
  await prisma().thread.update({ where: { id }, data: { temporary, expiresAt: isDue ? LONG_AGO : FAR_OFF } });
  return id;
};
const isThread = async (id: string): Promise<boolean> => (await prisma().thread.count({ where: { id } })) > 0;
const makeEndedRun = async (data: object): Promise<{ id: string; threadId: string }> => {
  const threadId = await insertThread(app.deps.database);
  const { runId: id } = await insertRunningRun(app.deps.database, threadId);
  await prisma().run.update({ where: { id }, data: { status: 'CANCELLED', ...data } });
  return { id, threadId };
};

const SWEEPS: Readonly<Record<string, Sweep>> = {
  'expired threads': {
    tells: 'threads.expired',
    round: (deps) => sweepExpiredThreads(deps, { strategy: 'delete' }),
    make: (isDue) => makeThread(false, isDue),
    isThere: isThread,
    due: 103,
  },
  'temporary threads': {
    tells: 'threads.swept',
    round: sweepTemporaryThreads,
    make: (isDue) => makeThread(true, isDue),
    isThere: isThread,
    due: 103,
  },
  'removed runs': {
    tells: 'runs.swept',
    round: sweepRemovedRuns,
    make: async (isDue) => (await makeEndedRun({ removedAt: isDue ? LONG_AGO : JUST_NOW() })).id,
    isThere: async (id) => (await prisma().run.count({ where: { id } })) > 0,
    due: 53,
  },
  'settled deliveries': {
    tells: 'deliveries.swept',
    round: (deps) => sweepDeliveries(deps, { retentionMs: 7 * DAY_MS }),
    async make(isDue) {
      const row = { id: uuid7(), tenantId: 'default', runId: uuid7(), url: 'https://example.com/', host: 'example.com', body: {} };
      const settledAt = isDue ? LONG_AGO : JUST_NOW();
      return (await prisma().delivery.create({ data: { ...row, settledAt, nextTryAt: null }, select: { id: true } })).id;
    },
    isThere: async (id) => (await prisma().delivery.count({ where: { id } })) > 0,
    due: 503,
  },
  'event retention': {
    tells: 'events.expired',
    round: (deps) => expireEvents(deps, { retentionMs: 7 * DAY_MS }),
    async make(isDue) {
      const { id: runId, threadId } = await makeEndedRun({ finishedAt: isDue ? LONG_AGO : JUST_NOW() });
      await prisma().runEvent.create({ data: { threadId, seq: 1, runId, kind: 'VALUES', namespace: [] } });
      return runId;
    },
    isThere: async (runId) => (await prisma().runEvent.count({ where: { runId } })) > 0,
    due: 53,
  },
};

test.each(Object.entries(SWEEPS))(
  'of two sweeps of %s at once each takes others, more than one round holds, none that is not due, and tells how many',
  async (_name, { tells, round, make, isThere, due }) => {
    const ids: string[] = [];
    for (let made = 0; made < due; made += 1) ids.push(await make(true));
    const kept = [await make(false), await make(false)];
    let told = 0;
    const telemetry = makeTelemetry();
    telemetry.subscribe((name, facts) => {
      if (name === tells) told += Object.values(facts).find((value): value is number => typeof value === 'number') ?? 0;
    });
    const sweep = async (): Promise<void> => {
      while (await round({ ...app.deps, telemetry }));
    };
    await Promise.all([sweep(), sweep()]);
    expect(told).toBe(due);
    for (const id of [ids[0]!, ids.at(-1)!]) expect(await isThere(id)).toBe(false);
    for (const id of kept) expect(await isThere(id)).toBe(true);
    // What is left is nothing: a further round has no more to do and tells nothing.
    expect(await round({ ...app.deps, telemetry })).toBe(false);
    expect(told).toBe(due);
  },
);
