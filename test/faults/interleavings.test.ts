import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { Caller } from '../../src/services/caller.js';
import { openDatabase } from '../../src/store/database/database.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { makeTestAddress } from '../support/database.js';
import { findBreaches } from '../support/interleavings/laws.js';
import { planScenario } from '../support/interleavings/plan.js';
import { type Outcome, play } from '../support/interleavings/play.js';

/** `npm run test:faults` plays 1,000. */
const COUNT = Number(process.env['SKEIN_INTERLEAVINGS'] ?? 100);
const FIRST_SEED = Number(process.env['SKEIN_SEED'] ?? Date.now() % 1_000_000_000);
const AT_ONCE = 6;
const LOOK_EVERY_MS = 10;

const GRAPHS = fileURLToPath(new URL('../support/interleavings/langgraph.json', import.meta.url));

let address: Awaited<ReturnType<typeof makeTestAddress>>;
const apps: App[] = [];
let callers: Caller[];

beforeAll(async () => {
  address = await makeTestAddress();
  const { databaseUrl } = address.address;
  const config = { ...readConfig({ LOG_LEVEL: 'silent' }), databaseUrl, langgraphJson: GRAPHS, door: false, executor: true };
  // Two executors share a database server; the embedded database has one.
  for (let left = databaseUrl === null ? 1 : 2; left > 0; left -= 1) {
    apps.push(await startApp(config, { database: await openDatabase(address.address) }));
  }
  callers = apps.map(({ deps }) => ({ ...deps, ...DEFAULT_TENANT }));
});
afterAll(async () => {
  for (const app of apps) await app.stop('the test is over');
  await address.remove();
});

test(`whatever clients do to a few threads at once, the laws hold: seeds ${FIRST_SEED} to ${FIRST_SEED + COUNT - 1}`, async () => {
  const seeds = Array.from({ length: COUNT }, (_, index) => FIRST_SEED + index);
  const met = new Set<string>();
  const watching = watchStatus();
  const players = Array.from({ length: AT_ONCE }, async () => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const played = await play(callers, planScenario(seed));
      const breaches = await findBreaches(callers[0] as Caller, played);
      if (breaches.length > 0) seeds.length = 0;
      const again = `Play it again: SKEIN_SEED=${seed} SKEIN_INTERLEAVINGS=1 npx vitest run test/faults/interleavings.test.ts`;
      expect(breaches, [...breaches, again].join('\n')).toEqual([]);
      played.answers.forEach(({ outcome }) => met.add(nameOf(outcome)));
    }
  });
  const wrong = await Promise.all(players).finally(watching.stop).then(watching.stop);
  expect(wrong).toEqual([]);
  // Where something of this never happens, the laws were not put to the test.
  if (COUNT >= 100) expect([...met]).toEqual(expect.arrayContaining(MEETINGS));
}, 900_000);

const MEETINGS = [
  ...['CANCELLED', 'SUCCESS', 'INTERRUPTED', 'ERROR', 'stopping', 'stopped'],
  ...['THREAD_BUSY', 'RUN_NOT_CANCELLABLE', 'RUN_NOT_FOUND', 'THREAD_NOT_FOUND'],
];

function nameOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'refused':
      return outcome.code;
    case 'joined':
      return outcome.result.run.status;
    case 'cancelled':
      return outcome.run.status === 'CANCELLED' ? 'stopped' : 'stopping';
    default:
      return outcome.kind;
  }
}

/** Looks all the time whether a thread is BUSY exactly while it has an active run; `stop` gives those that were not. */
function watchStatus(): { stop(): Promise<readonly string[]> } {
  const { prisma } = (callers[0] as Caller).database;
  const wrong = new Set<string>();
  let isOver = false;
  const watching = watch();

  async function watch(): Promise<void> {
    while (!isOver) {
      const threads = await prisma.$queryRaw<{ id: string }[]>`
        SELECT t."id"::text
          FROM "Thread" t
         WHERE (t."status" = 'BUSY')
            <> EXISTS (SELECT 1 FROM "Run" r WHERE r."threadId" = t."id" AND r."status" IN ('PENDING', 'RUNNING'))`;
      threads.forEach(({ id }) => wrong.add(id));
      await wait(LOOK_EVERY_MS);
    }
  }

  return {
    async stop() {
      isOver = true;
      await watching;
      return [...wrong];
    },
  };
}
