import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANCEL_ACTIONS, type CancelAction } from '../../src/domain/cancel-action.js';
import { requestCancelIfRunning } from '../../src/store/runs/request-cancel-if-running.js';
import { codesOf } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { type HoldingServer, startHoldingServer } from '../support/holding-server.js';
import { cancelRunOf, createRunOn, eventsOf, findRun, joinRunOf, readThread, tryCancelRun } from '../support/runs.js';
import { GATED_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { waitForEvent } from '../support/telemetry.js';

const BEFORE = { steps: ['a', 'b', 'c'] };

async function expectOneEnd(url: string, runId: string, status: string): Promise<void> {
  const events = await eventsOf(url, runId);
  expect(events.filter(({ __typename }) => __typename === 'RunEndEvent')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ __typename: 'RunEndEvent', status });
}

describe('a cancel beside a crash', () => {
  let server: HoldingServer;
  beforeAll(async () => {
    server = await startHoldingServer();
  });
  afterAll(() => server.remove());

  /** A run that stands in its third node, on a thread that has a state already. */
  async function hold(): Promise<{ id: string; threadId: string }> {
    const { id, threadId } = await createRunOn(server.url, { assistantId: 'plain', input: {} });
    await joinRunOf(server.url, id);
    const options = { assistantId: 'in_third_node', threadId, input: {}, durability: 'SYNC', streamModes: ['CUSTOM'] };
    const run = await createRunOn(server.url, options);
    await server.whenHolding(run.id);
    return run;
  }

  interface Case {
    readonly action: CancelAction;
    readonly run: { readonly id: string; readonly threadId: string };
  }

  /** After the process has been killed. */
  async function expectCancelled({ action, run: { id, threadId } }: Case): Promise<void> {
    const isUndone = action === 'ROLLBACK';
    expect(await joinRunOf(server.url, id)).toMatchObject({ done: true, run: { status: 'CANCELLED' } });
    await expectOneEnd(server.url, id, 'CANCELLED');
    expect((await findRun(server.url, id))?.status ?? null).toBe(isUndone ? null : 'CANCELLED');
    expect(await readThread(server.url, threadId)).toMatchObject(
      isUndone
        ? { status: 'IDLE', values: BEFORE, state: { next: [] } }
        : { status: 'INTERRUPTED', values: { steps: [...BEFORE.steps, 'one', 'two'] }, state: { next: ['three'] } },
    );
    const begun = (await eventsOf(server.url, id)).filter(({ data }) => data === 'begin three');
    expect(begun).toHaveLength(1);
  }

  it('that was requested, and not settled when the process was killed, is carried out by the next process', async () => {
    const cases = await Promise.all(CANCEL_ACTIONS.map(async (action): Promise<Case> => ({ action, run: await hold() })));
    await server.kill();
    // What a process leaves that is killed between the two.
    await server.inspect(async ({ prisma }) => {
      for (const { action, run } of cases) await requestCancelIfRunning(prisma, { runIds: [run.id], action });
    });
    await server.start();
    for (const given of cases) await expectCancelled(given);
  });

  it('that was acknowledged the moment before the process is killed is carried out', async () => {
    const cases = await Promise.all(CANCEL_ACTIONS.map(async (action): Promise<Case> => ({ action, run: await hold() })));
    await Promise.all(cases.map(({ action, run }) => cancelRunOf(server.url, run.id, { action })));
    await server.kill();
    await server.start();
    for (const given of cases) await expectCancelled(given);
  });
});

describe('a cancel at the instant of the natural end', () => {
  const gates = getGates();
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ langgraphJson: GATED_GRAPHS });
  });
  afterAll(() => server.close());

  const STEPS = ['one', 'two', 'three'];

  /** A run of three nodes that stands in the last one. */
  async function startLast(threadId?: string): Promise<{ id: string; threadId: string }> {
    const run = await createRunOn(server.url, { assistantId: 'steps', input: {}, threadId });
    for (const node of ['one', 'two']) gates.open(`${run.id}/${node}`);
    await gates.reached(`${run.id}/three`);
    return run;
  }

  it.each(CANCEL_ACTIONS)('%s comes before it or after it, and never between', async (action) => {
    const first = await startLast();
    gates.open(`${first.id}/three`);
    await joinRunOf(server.url, first.id);
    const { threadId } = first;
    let before = STEPS;
    for (let round = 0; round < 6; round += 1) {
      const { id } = await startLast(threadId);
      const isRequested = waitForEvent(server.telemetry, 'run.cancelRequested', ({ runId }) => runId === id);
      const isFirst = round % 3 === 0;
      const cancelling = tryCancelRun(server.url, id, { action, wait: true });
      // Every third time the graph returns when the cancel has just been written, and the executor does not know of it yet.
      if (isFirst) await isRequested;
      gates.open(`${id}/three`);
      const answer = await cancelling;
      const { status } = (await joinRunOf(server.url, id)).run;
      if (isFirst) expect(status).toBe('CANCELLED');
      expect(codesOf(answer)).toEqual(status === 'SUCCESS' ? ['RUN_NOT_CANCELLABLE'] : []);
      expect(['SUCCESS', 'CANCELLED']).toContain(status);
      await expectOneEnd(server.url, id, status);
      const thread = await readThread(server.url, threadId);
      const { steps } = thread.values as { steps: string[] };
      if (status === 'SUCCESS') expect(steps).toEqual([...before, ...STEPS]);
      else if (action === 'ROLLBACK') expect(steps).toEqual(before);
      else expect(steps.slice(0, before.length + 2)).toEqual([...before, 'one', 'two']);
      expect(thread).toMatchObject({ status: thread.state?.next.length ? 'INTERRUPTED' : 'IDLE', state: { values: { steps } } });
      before = steps;
    }
  });
});
