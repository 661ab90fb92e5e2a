import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { EVENT_KINDS, type EventKind, type LogEvent } from '../../src/domain/event.js';
import { DURABILITIES, type Durability, STREAM_MODES } from '../../src/domain/stream-mode.js';
import type { Telemetry } from '../../src/ports/telemetry.js';
import type { Caller } from '../../src/services/caller.js';
import { createRun } from '../../src/services/runs/create-run.js';
import { joinRun } from '../../src/services/runs/join-run.js';
import { listEventsAfter } from '../../src/store/events/read-events.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { openTestDatabase } from '../support/database.js';
import { type FrailDatabase, makeFrail } from '../support/frail-database.js';
import { makeTemporaryFolder } from '../support/skein-process.js';
import { waitForEvent } from '../support/telemetry.js';

const SLOW = fileURLToPath(new URL('../../examples/graphs/slow.ts:graph', import.meta.url));
const FOR_LONG = { timeoutMs: 30_000, cancelOnDisconnect: false, abort: new AbortController().signal };
const STEPS = 3;
/** With EXIT only what failed or paused is written beside the one checkpoint. */
const BREAKING_POINTS: Readonly<Record<Durability, readonly string[]>> = {
  SYNC: ['INSERT INTO "Checkpoint" ', 'INSERT INTO "CheckpointWrite"', 'INSERT INTO "RunEvent"'],
  ASYNC: ['INSERT INTO "Checkpoint" ', 'INSERT INTO "CheckpointWrite"', 'INSERT INTO "RunEvent"'],
  EXIT: ['INSERT INTO "Checkpoint" ', 'INSERT INTO "RunEvent"'],
};

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let database: FrailDatabase;
let telemetry: Telemetry;
let app: App;
let caller: Caller;

beforeEach(async () => {
  folder = await makeTemporaryFolder();
  const langgraphJson = join(folder.path, 'langgraph.json');
  await writeFile(langgraphJson, JSON.stringify({ graphs: { slow: SLOW } }));
  database = makeFrail(await openTestDatabase());
  telemetry = makeTelemetry();
  const config = { ...readConfig({ LOG_LEVEL: 'silent', SHUTDOWN_GRACE_SECONDS: '1' }), langgraphJson, door: false, executor: true };
  app = await startApp(config, { telemetry, database });
  caller = { ...app.deps, ...DEFAULT_TENANT };
});
afterEach(async () => {
  await app.stop('the test is over');
  await folder.remove();
});

describe.each(DURABILITIES)('with durability %s', (durability) => {
  test.each(BREAKING_POINTS[durability])(
    'a run whose connection breaks once, at `%s`, tells each checkpoint once, and its tasks from start to end',
    async (statement) => {
      const log = await runBroken(durability, () => database.breakOnce(statement));
      expect(log.filter(({ kind }) => kind === 'METADATA')).toHaveLength(2);
      expectWhole(standing(log));
    },
  );

  test('a run that is lost between its last checkpoint and its end tells nothing twice', async () => {
    const log = await runBroken(durability, () => database.breakTransactionOnce());
    expect(log.filter(({ kind }) => kind === 'METADATA')).toHaveLength(2);
    const events = standing(log);
    expectWhole(events);
    const undisturbed = standing(await runBroken(durability, () => Promise.resolve()));
    expect(toldBy(events)).toEqual(toldBy(undisturbed));
  });
});

test('each attempt has a trace of its own', async () => {
  const log = await runBroken('SYNC', () => database.breakOnce('INSERT INTO "Checkpoint" '));
  const [first, second] = log.filter(({ kind }) => kind === 'METADATA');
  for (const { attempt } of [first!, second!]) {
    const trace = log
      .filter((event) => event.kind === 'EVENTS' && event.attempt === attempt)
      .map(({ data }) => data as { event: string; name: string });
    if (attempt === 2 || trace.length > 0) expect(trace[0]).toMatchObject({ event: 'on_chain_start', name: 'LangGraph' });
  }
  expect(log.findLast(({ kind }) => kind === 'EVENTS')?.data).toMatchObject({ event: 'on_chain_end', name: 'LangGraph' });
});

/** A run of three steps with all modes, with something broken as soon as it is claimed: its whole log. */
async function runBroken(durability: Durability, breakIt: () => Promise<void>): Promise<LogEvent[]> {
  const claimed = waitForEvent(telemetry, 'run.claimed');
  const run = await createRun(caller, {
    assistantId: 'slow',
    input: { steps: STEPS, delayMs: 5 },
    streamModes: STREAM_MODES,
    streamSubgraphs: true,
    durability,
    onCompletion: 'KEEP',
  });
  await claimed;
  const broken = breakIt();
  const { run: ended, values } = await joinRun(caller, run.id, FOR_LONG);
  await broken;
  expect(ended).toMatchObject({ status: 'SUCCESS', error: null });
  expect(values).toMatchObject({ done: [1, 2, 3] });
  return listEventsAfter(database.prisma, { log: { runId: run.id }, seq: 0, kinds: EVENT_KINDS, rootOnly: false, limit: 1_000 });
}

/** Each further attempt voids what follows its `resumesAfterSeq`. */
function standing(log: readonly LogEvent[]): LogEvent[] {
  return log.reduce<LogEvent[]>((events, event) => {
    const isFurther = event.kind === 'METADATA' && event.attempt !== 1;
    return [...(isFurther ? events.filter(({ seq }) => seq <= (event.resumesAfterSeq ?? 0)) : events), event];
  }, []);
}

interface Told {
  readonly metadata: { readonly step: number };
  readonly values: unknown;
  readonly id: string;
  readonly type: string;
  readonly payload: object;
}

/** Each step's checkpoint once, in order; no task begins or ends twice, and what ended had begun; DEBUG tells the same. */
function expectWhole(events: readonly LogEvent[]): void {
  const of = (kind: EventKind): Told[] => events.filter((event) => event.kind === kind).map(({ data }) => data as unknown as Told);
  expect(of('CHECKPOINTS').map(({ metadata }) => metadata.step)).toEqual([-1, 0, 1, 2, 3]);
  expect(of('VALUES').map(({ done }: { done?: unknown[] } & Told) => done?.length ?? 0)).toEqual([0, 1, 2, 3]);
  const tasks = of('TASKS').map((task) => `${'result' in task ? 'end' : 'start'} ${task.id}`);
  expect(new Set(tasks).size).toBe(tasks.length);
  for (const end of tasks.filter((task) => task.startsWith('end'))) {
    expect(tasks.indexOf(end.replace('end', 'start'))).toBeLessThan(tasks.indexOf(end));
    expect(tasks).toContain(end.replace('end', 'start'));
  }
  const debug = of('DEBUG');
  expect(debug.filter(({ type }) => type === 'checkpoint').map(({ payload }) => payload)).toEqual(of('CHECKPOINTS'));
  expect(debug.filter(({ type }) => type !== 'checkpoint').map(({ payload }) => payload)).toEqual(of('TASKS'));
}

/** What was told, without ids and times; each attempt has a trace of its own. */
function toldBy(events: readonly LogEvent[]): unknown {
  return events
    .filter(({ kind }) => kind !== 'METADATA' && kind !== 'EVENTS')
    .map(({ kind, namespace, data }) => ({
      kind,
      namespace,
      step: (data as { step?: number; metadata?: { step: number } } | null)?.metadata?.step,
    }));
}
