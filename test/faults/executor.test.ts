import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { Telemetry, TelemetryEvents, TelemetryName } from '../../src/ports/telemetry.js';
import type { Caller } from '../../src/services/caller.js';
import { createRun } from '../../src/services/runs/create-run.js';
import { joinRun } from '../../src/services/runs/join-run.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { openTestDatabase } from '../support/database.js';
import { type FrailDatabase, makeFrail } from '../support/frail-database.js';
import { makeTemporaryFolder } from '../support/skein-process.js';

const SLOW = fileURLToPath(new URL('../../examples/graphs/slow.ts:graph', import.meta.url));
const THROWING = fileURLToPath(new URL('../support/throwing-graph.ts:graph', import.meta.url));
const FOR_LONG = { timeoutMs: 20_000, cancelOnDisconnect: false, abort: new AbortController().signal };

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let database: FrailDatabase;
let telemetry: Telemetry;
let app: App;
let caller: Caller;

beforeEach(async () => {
  folder = await makeTemporaryFolder();
  const langgraphJson = join(folder.path, 'langgraph.json');
  await writeFile(langgraphJson, JSON.stringify({ graphs: { slow: SLOW, throwing: THROWING } }));
  database = makeFrail(await openTestDatabase());
  telemetry = makeTelemetry();
  const config = {
    ...readConfig({ LOG_LEVEL: 'silent', SHUTDOWN_GRACE_SECONDS: '1' }),
    langgraphJson,
    door: false,
    executor: true,
  };
  app = await startApp(config, { telemetry, database });
  caller = { ...app.deps, ...DEFAULT_TENANT };
});
afterEach(async () => {
  await app.stop('the test is over');
  await folder.remove();
});

test('a run whose database does not answer for a while goes on when it answers again', async () => {
  const claimed = next('run.claimed', () => true);
  const run = await createRun(caller, { assistantId: 'slow', input: { steps: 3, delayMs: 50 } });
  await claimed;
  const triedTwice = next('loop.failed', ({ loop }) => loop === 'attempt').then(() =>
    next('loop.failed', ({ loop }) => loop === 'attempt'),
  );
  database.answers(false);
  await triedTwice;
  database.answers(true);
  const { run: ended, values } = await joinRun(caller, run.id, FOR_LONG);
  expect(ended).toMatchObject({ status: 'SUCCESS', attempt: 2, error: null });
  expect(values).toMatchObject({ done: [1, 2, 3] });
});

test.each(['INSERT INTO "Checkpoint" ', 'INSERT INTO "CheckpointWrite"', 'WITH RECURSIVE target', 'INSERT INTO "RunEvent"'])(
  'a run goes on when the connection breaks once, at `%s`',
  async (statement) => {
    const claimed = next('run.claimed', () => true);
    const run = await createRun(caller, { assistantId: 'slow', input: { steps: 3, delayMs: 20 } });
    await claimed;
    const broken = database.breakOnce(statement);
    const { run: ended, values } = await joinRun(caller, run.id, FOR_LONG);
    await broken;
    expect(ended).toMatchObject({ status: 'SUCCESS', attempt: 2, error: null });
    expect(values).toMatchObject({ done: [1, 2, 3] });
  },
);

test.each(['circle', 'bigint', 'symbol', 'nameless', 'subclass', 'renamed', 'zero'])(
  'a graph that throws something odd (%s) ends its run in ERROR at once',
  async (what) => {
    const run = await createRun(caller, { assistantId: 'throwing', input: { what } });
    const { run: ended } = await joinRun(caller, run.id, FOR_LONG);
    expect(ended).toMatchObject({ status: 'ERROR', attempt: 1 });
    expect(ended.error).toEqual(EXPECTED[what]);
  },
);

const EXPECTED: Readonly<Record<string, unknown>> = {
  circle: { name: 'Error', message: expect.stringContaining('Circular') as string },
  // LangGraph itself stumbles over a primitive, in its own words.
  bigint: { name: expect.any(String) as string, message: expect.stringContaining('10') as string },
  symbol: { name: expect.any(String) as string, message: expect.stringContaining('odd') as string },
  nameless: { name: '{ inner: {} }', message: '42' },
  subclass: { name: 'OutOfPaper', message: 'the tray is empty' },
  renamed: { name: 'PaperJam', message: 'sheet 3' },
  zero: { name: 'Error', message: 'zero \u0000, escape \u0010, half \ud800' },
};

/** Resolves at the next such event. */
function next<Name extends TelemetryName>(name: Name, isIt: (facts: TelemetryEvents[Name]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = telemetry.subscribe((emitted, facts) => {
      const heard: TelemetryName = emitted;
      if (heard !== name || !isIt(facts as never)) return;
      unsubscribe();
      resolve();
    });
  });
}
