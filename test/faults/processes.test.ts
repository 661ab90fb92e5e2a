import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/store/database/database.js';
import { ask, collect, type EventRecord, followEvents, standingEvents } from '../support/client.js';
import { makeTestAddress } from '../support/database.js';
import { makeTemporaryFolder, type SkeinProcess, startSkein, startWorker } from '../support/skein-process.js';

const isServer = inject('databaseTemplate').kind === 'server';
const CREATE_RUN = `mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId } } }`;
const STEPS = 5;
const RUNS = 8;

describe.skipIf(!isServer)('several processes on one server (skipped on the embedded database, which has one process)', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let address: Awaited<ReturnType<typeof makeTestAddress>>;
  let env: Record<string, string>;
  let door: SkeinProcess;
  const processes: { kill(signal: NodeJS.Signals): Promise<unknown> }[] = [];

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    address = await makeTestAddress();
    env = { DATABASE_URL: address.address.databaseUrl ?? '', LEASE_SECONDS: '2', RUN_SLOTS: '4' };
    door = await startSkein({ args: ['serve', '--no-executor'], cwd: folder.path, env });
    processes.push(door);
  });
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.kill('SIGKILL')));
    await address.remove();
    await folder.remove();
  });

  async function addWorker(): Promise<Awaited<ReturnType<typeof startWorker>>> {
    const worker = await startWorker({ cwd: folder.path, env });
    processes.push(worker);
    return worker;
  }

  async function createSlowRun(delayMs: number): Promise<{ id: string; threadId: string }> {
    const input = { assistantId: 'slow', input: { steps: STEPS, delayMs }, streamModes: ['UPDATES'], onCompletion: 'KEEP' };
    return (await ask<{ createRun: { run: { id: string; threadId: string } } }>(door.url, CREATE_RUN, { input })).createRun.run;
  }

  const updates = (events: readonly EventRecord[]) => events.filter(({ __typename }) => __typename === 'RunUpdatesEvent');

  it('shows a client of one process, live, what another process executes', async () => {
    await addWorker();
    const run = await createSlowRun(100);
    const seenAt: number[] = [];
    for await (const event of followEvents(door.url, run.id)) if (event.__typename === 'RunUpdatesEvent') seenAt.push(event.seq);
    expect(seenAt).toHaveLength(STEPS);
  });

  it('goes on with the runs of a killed process elsewhere: all succeed, each step stands once, and no log has a gap', async () => {
    const doomed = await addWorker();
    const runs = await Promise.all(Array.from({ length: RUNS }, () => createSlowRun(300)));
    const following = runs.map((run) => collect(followEvents(door.url, run.id)));
    await Promise.race(runs.map((run) => firstUpdate(run.id)));
    await doomed.kill('SIGKILL');

    for (const events of await Promise.all(following)) {
      expect(events.at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'SUCCESS' });
      expect(updates(standingEvents(events))).toHaveLength(STEPS);
    }
    const database = await openDatabase(address.address);
    for (const { threadId } of runs) {
      const rows = await database.prisma.runEvent.findMany({ where: { threadId }, orderBy: { seq: 'asc' }, select: { seq: true } });
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
      expect(await database.prisma.thread.findUnique({ where: { id: threadId }, select: { status: true } })).toEqual({ status: 'IDLE' });
    }
    await database.close();
  });

  async function firstUpdate(runId: string): Promise<void> {
    for await (const event of followEvents(door.url, runId)) if (event.__typename === 'RunUpdatesEvent') return;
  }
});
