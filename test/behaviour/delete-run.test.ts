import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, codesOf } from '../support/client.js';
import { openFeed } from '../support/feed.js';
import { getGates } from '../support/gates.js';
import { countOrphans, NO_ORPHANS } from '../support/orphans.js';
import { cancelRunOf, createRunOn, deleteRunOf, findRun, joinRunOf, makeDue, tryCreateRunOn, tryDeleteRun } from '../support/runs.js';
import { GATED_GRAPHS, STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { dumpThread } from '../support/thread-rows.js';
import { type GraphId, readHistory, readState, readThread, runOn, type StateJson, updateState } from '../support/thread-states.js';

const ABSENT = '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

const inputOf = (graphId: GraphId, text: string): object =>
  graphId === 'chat'
    ? { messages: [{ role: 'user', content: text, id: text }] }
    : graphId === 'ledger'
      ? { often: [text] }
      : { steps: [text] };
const turn = (assistantId: GraphId, threadId: string | undefined, text: string, options: object = {}) =>
  runOn(server.url, { assistantId, threadId, input: inputOf(assistantId, text), ...options });
const answer = (assistantId: GraphId, threadId: string, options: object = {}) =>
  runOn(server.url, { assistantId, threadId, command: { resume: 'yes' }, ...options });
const remove = (id: string): Promise<void> => deleteRunOf(server.url, id);
const historyOf = async (threadId: string): Promise<readonly StateJson[]> => (await readHistory(server.url, threadId)).nodes;
const stateOf = (threadId: string): Promise<StateJson | null> => readState(server.url, threadId, { subgraphs: true });
const idOf = ({ checkpoint }: StateJson): string => checkpoint.checkpointId;

async function expectNoOrphans(of: TestServer = server): Promise<void> {
  expect(await countOrphans(of.app.deps.database)).toEqual(NO_ORPHANS);
}

/** What the thread shows of its state is what its newest checkpoint holds. */
async function expectToShowItsState(threadId: string): Promise<void> {
  const [thread, state] = [await readThread(server.url, threadId), await stateOf(threadId)];
  const waiting = (interrupts: StateJson['interrupts'] | typeof thread.interrupts) =>
    interrupts.map(({ interruptId, value }) => `${interruptId} ${String(value)}`).sort();
  expect([thread.values, waiting(thread.interrupts)]).toEqual([state?.values ?? null, waiting(state?.interrupts ?? [])]);
}

describe.each(['SYNC', 'ASYNC', 'EXIT'])('the last run of a thread, with durability %s,', (durability) => {
  it.each([
    ['of a chat', 'chat', () => turn('chat', undefined, 'one'), 'turn'],
    ['that asked anew', 'review', () => turn('review', undefined, 'one'), 'turn'],
    ['that answered', 'review', () => turn('review', undefined, 'one'), 'answer'],
    ['that answered in a subgraph', 'nested', () => turn('nested', undefined, 'one'), 'answer'],
    ['that answered two questions at once', 'fan', () => turn('fan', undefined, 'one'), 'answer'],
    ['that answered, and was asked again in the same step', 'twice', () => turn('twice', undefined, 'one'), 'answer'],
    ['that succeeded where another had failed', 'failing', () => turn('failing', undefined, 'one'), 'review'],
    ['that failed', 'review', () => turn('review', undefined, 'one'), 'failing'],
    ['of a graph with channels that are kept as deltas', 'ledger', () => turn('ledger', undefined, 'one'), 'turn'],
  ] as const)('%s leaves the thread as it was, row by row', async (_what, graphId, before, then) => {
    const { threadId } = await before();
    const [rows, thread] = [await dumpThread(server.app.deps.database, threadId), await readThread(server.url, threadId)];
    const run =
      then === 'answer'
        ? await answer(graphId, threadId, { durability })
        : await turn(then === 'turn' ? graphId : then, threadId, 'two', { durability });
    await remove(run.id);
    expect(await findRun(server.url, run.id)).toBeNull();
    expect(await dumpThread(server.app.deps.database, threadId)).toEqual(rows);
    const { metadata, error, runs } = await readThread(server.url, threadId);
    expect({ metadata, error, runs }).toEqual({ metadata: thread.metadata, error: thread.error, runs: thread.runs });
    const { prisma } = server.app.deps.database;
    expect(await prisma.runEvent.count({ where: { runId: run.id } })).toBe(0);
    expect(await prisma.runPayload.count({ where: { runId: run.id } })).toBe(0);
    await expectNoOrphans();
  });
});

it('the only run of a thread leaves it empty, and a run can begin there as on a new one', async () => {
  const { id, threadId } = await turn('fan', undefined, 'one');
  await remove(id);
  expect(await readThread(server.url, threadId)).toMatchObject({
    status: 'IDLE',
    values: null,
    interrupts: [],
    error: null,
    runs: { nodes: [] },
  });
  expect([await stateOf(threadId), await historyOf(threadId)]).toEqual([null, []]);
  await turn('chat', threadId, 'hello');
  expect((await stateOf(threadId))?.values).toMatchObject({ messages: [{ content: 'hello' }, { content: 'You said: hello' }] });
  await expectNoOrphans();
});

describe('a run that others have built upon', () => {
  it('goes, and its checkpoints stay: the thread shows the same, with the same history', async () => {
    for (const graphId of ['chat', 'nested', 'fan', 'ledger'] as const) {
      const first = await turn(graphId, undefined, 'one');
      const { threadId } = first;
      const second = graphId === 'nested' || graphId === 'fan' ? await answer(graphId, threadId) : await turn(graphId, threadId, 'two');
      await turn(graphId, threadId, 'three');
      const [history, state] = [await historyOf(threadId), await stateOf(threadId)];
      for (const { id } of [first, second]) await remove(id);
      expect(asked(await historyOf(threadId))).toEqual(asked(history));
      expect(asked([(await stateOf(threadId))!])).toEqual(asked([state!]));
      await expectToShowItsState(threadId);
    }
    await expectNoOrphans();
  });

  it('by an answer that was asked again in the same step keeps the question, though it has no later checkpoint', async () => {
    const first = await turn('twice', undefined, 'one');
    await answer('twice', first.threadId);
    const before = await stateOf(first.threadId);
    await remove(first.id);
    expect(asked([(await stateOf(first.threadId))!])).toEqual(asked([before!]));
    await expectToShowItsState(first.threadId);
    expect((await answer('twice', first.threadId)).status).toBe('SUCCESS');
    expect((await stateOf(first.threadId))?.values).toEqual({ steps: ['one', 'yes, yes', 'done'] });
    await expectNoOrphans();
  });

  it('with a state update stays as far as the update needs it', async () => {
    const { id, threadId } = await turn('review', undefined, 'one');
    const drafted = (await historyOf(threadId)).find(({ next }) => next[0] === 'draft')!;
    await updateState(server.url, threadId, { checkpointId: idOf(drafted), values: { steps: ['by hand'] }, asNode: 'draft' });
    const history = await historyOf(threadId);
    await remove(id);
    const [updated, ...older] = await historyOf(threadId);
    expect(asked([updated!])).toEqual(asked([history[0]!]));
    expect(older.map(idOf)).toEqual(history.filter((state) => idOf(state) <= idOf(drafted)).map(idOf));
    await expectToShowItsState(threadId);
    await expectNoOrphans();
  });
});

describe('of a history with branches', () => {
  const GRAPHS = ['chat', 'nested', 'fan', 'twice', 'ledger'] as const;

  /** Two turns, a third that goes on from the end of the first, an update of it, and a last one from the middle of the first. */
  async function grow(graphId: GraphId): Promise<{ threadId: string; runIds: string[] }> {
    const first = await turn(graphId, undefined, 'one');
    const { threadId } = first;
    const trunk = await historyOf(threadId);
    const second = await turn(graphId, threadId, 'two');
    const third = await turn(graphId, threadId, 'three', { checkpointId: idOf(trunk[0]!) });
    const middle = trunk[1]!;
    await updateState(server.url, threadId, { checkpointId: idOf(middle), values: inputOf(graphId, 'by hand') }).catch(() => null);
    const last = await turn(graphId, threadId, 'last', { checkpointId: idOf(middle) });
    return { threadId, runIds: [first, second, third, last].map(({ id }) => id) };
  }

  it.each(GRAPHS.flatMap((graphId) => [0, 1, 2, 3].map((index) => [graphId, index] as const)))(
    'graph %s, run %i goes alone: what is left reads as it did',
    async (graphId, index) => {
      const { threadId, runIds } = await grow(graphId);
      const before = await historyOf(threadId);
      const { prisma } = server.app.deps.database;
      const own = await prisma.checkpoint.findMany({ where: { threadId, runId: runIds[index]!, checkpointNs: '' } });
      await remove(runIds[index]!);
      const after = await historyOf(threadId);
      const left = new Set(after.map(idOf));
      const gone = before.filter((state) => !left.has(idOf(state)));
      expect(own.map(({ checkpointId }) => checkpointId)).toEqual(expect.arrayContaining(gone.map(idOf)));
      for (const state of gone) expect(after.map(({ parentCheckpoint }) => parentCheckpoint?.checkpointId)).not.toContain(idOf(state));
      expect(valuesOf(after)).toEqual(valuesOf(before.filter((state) => left.has(idOf(state)))));
      // All of the first is on the way to the others but its own end, when nobody went on from there.
      expect(gone.length > 0).toBe(index > 0);
      await expectToShowItsState(threadId);
      await expectNoOrphans();
    },
  );

  it('all runs go, in any order, and leave what the update needs', async () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
    ]) {
      const { threadId, runIds } = await grow('nested');
      for (const index of order) await remove(runIds[index]!);
      expect((await readThread(server.url, threadId)).runs.nodes).toEqual([]);
      await expectToShowItsState(threadId);
      await expectNoOrphans();
    }
  });
});

const valuesOf = (states: readonly StateJson[]): unknown => states.map(({ values, checkpoint }) => [checkpoint.checkpointId, values]);

/** States without what is known of a run that is gone. */
function asked(states: readonly StateJson[]): unknown {
  return JSON.parse(
    JSON.stringify(states, (key, value: unknown) => (key === 'runId' || key === 'createdAt' || key === 'resolvedAt' ? null : value)),
  );
}

describe('is refused, and nothing has changed,', () => {
  it('for a run that waits or works', async () => {
    const pending = await createRunOn(server.url, { assistantId: 'chat', input: {}, afterSeconds: 3_600 });
    const refused = await tryDeleteRun(server.url, pending.id);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'RUN_ACTIVE', status: 409, activeRunId: pending.id });
    const { threadId } = await turn('stuck', undefined, 'one');
    const running = await createRunOn(server.url, { assistantId: 'stuck', threadId, command: { resume: 'go' }, streamModes: ['CUSTOM'] });
    const feed = openFeed<{ __typename: string }>(server.url, 'subscription ($id: ID!) { runEvents(runId: $id) { __typename } }', {
      id: running.id,
    });
    await feed.takeUntil(({ __typename }) => __typename === 'RunCustomEvent');
    await feed.close();
    expect(codesOf(await tryDeleteRun(server.url, running.id))).toEqual(['RUN_ACTIVE']);
    expect(await findRun(server.url, running.id)).toMatchObject({ status: 'RUNNING' });
    for (const { id } of [pending, running]) await cancelRunOf(server.url, id, { wait: true });
    for (const { id } of [pending, running]) await remove(id);
    expect((await readThread(server.url, threadId)).interrupts).toMatchObject([{ value: 'go?' }]);
  });

  it('for one that is not there, was rolled back, or is no id', async () => {
    expect(codesOf(await tryDeleteRun(server.url, ABSENT))).toEqual(['RUN_NOT_FOUND']);
    expect(codesOf(await tryDeleteRun(server.url, 'x'))).toEqual(['BAD_USER_INPUT']);
    const undone = await createRunOn(server.url, { assistantId: 'chat', input: {}, afterSeconds: 3_600 });
    await cancelRunOf(server.url, undone.id, { action: 'ROLLBACK' });
    expect(codesOf(await tryDeleteRun(server.url, undone.id))).toEqual(['RUN_NOT_FOUND']);
  });
});

it('of several deletions of one run at the same time one is done', async () => {
  const { id } = await turn('review', undefined, 'one');
  const codes = (await Promise.all([1, 2, 3, 4].map(() => tryDeleteRun(server.url, id)))).flatMap(codesOf);
  expect(codes).toEqual(['RUN_NOT_FOUND', 'RUN_NOT_FOUND', 'RUN_NOT_FOUND']);
  await expectNoOrphans();
});

it('whoever watches the runs is told', async () => {
  const { id, threadId } = await turn('chat', undefined, 'one');
  const query = 'subscription ($id: ID!) { runStatusChanged(threadId: $id) { kind runId } }';
  const feed = openFeed<{ kind: string; runId: string | null }>(server.url, query, { id: threadId });
  expect((await feed.next()).kind).toBe('RESYNC');
  await remove(id);
  expect(await feed.next()).toEqual({ kind: 'DELETED', runId: id });
  await feed.close();
});

describe('while another run is under way', () => {
  const gates = getGates();
  let gated: TestServer;
  beforeAll(async () => {
    gated = await startTestServer({ langgraphJson: GATED_GRAPHS });
  });
  afterAll(() => gated.close());

  const letThrough = (runId: string): void => {
    for (const node of ['one', 'two', 'three', 'inner', 'last']) gates.open(`${runId}/${node}`);
  };
  async function runSteps(input: object = {}): Promise<{ id: string; threadId: string }> {
    const run = await createRunOn(gated.url, { assistantId: 'steps', input: {}, ...input });
    letThrough(run.id);
    await joinRunOf(gated.url, run.id);
    return run;
  }

  it.each(['SYNC', 'EXIT'])(
    'with durability %s, what that one stands on stays, and it ends as if nothing had happened',
    async (durability) => {
      const first = await runSteps();
      const { threadId } = first;
      const second = await createRunOn(gated.url, { assistantId: 'steps', threadId, input: {}, durability });
      await gates.reached(`${second.id}/one`);
      const waiting = await createRunOn(gated.url, { assistantId: 'steps', threadId, input: {}, multitaskStrategy: 'ENQUEUE' });
      await deleteRunOf(gated.url, first.id);
      expect(await ask(gated.url, 'query ($id: ID!) { thread(id: $id) { status values } }', { id: threadId })).toEqual({
        thread: { status: 'BUSY', values: { steps: ['one', 'two', 'three'] } },
      });
      for (const { id } of [second, waiting]) letThrough(id);
      expect((await joinRunOf(gated.url, second.id)).values).toEqual({ steps: ['one', 'two', 'three', 'one', 'two', 'three'] });
      expect((await joinRunOf(gated.url, waiting.id)).run.status).toBe('SUCCESS');
      await expectNoOrphans(gated);
    },
  );

  it('a run that waits begins with the state that is left, or where it was told to', async () => {
    const first = await runSteps();
    const second = await runSteps({ threadId: first.threadId });
    const [newest] = (await readHistory(gated.url, first.threadId)).nodes;
    const waiting = { assistantId: 'steps', threadId: first.threadId, input: {}, afterSeconds: 3_600, multitaskStrategy: 'ENQUEUE' };
    const named = await createRunOn(gated.url, { ...waiting, checkpointId: idOf(newest!) });
    await deleteRunOf(gated.url, second.id);
    await makeDue(gated.app.deps, named.id);
    letThrough(named.id);
    expect((await joinRunOf(gated.url, named.id)).values).toMatchObject({ steps: { length: 9 } });
    const last = await createRunOn(gated.url, waiting);
    await deleteRunOf(gated.url, named.id);
    await makeDue(gated.app.deps, last.id);
    letThrough(last.id);
    expect((await joinRunOf(gated.url, last.id)).values).toMatchObject({ steps: { length: 9 } });
    await expectNoOrphans(gated);
  });

  it('or is created at the same time, neither is refused but as documented', async () => {
    const { threadId } = await runSteps();
    for (let round = 0; round < 6; round += 1) {
      const { id } = await runSteps({ threadId });
      const [created, deleted] = await Promise.all([
        tryCreateRunOn(gated.url, { assistantId: 'steps', threadId, input: {} }),
        tryDeleteRun(gated.url, id),
      ]);
      expect([...codesOf(created), ...codesOf(deleted)]).toEqual([]);
      const run = created.data!.createRun!.run;
      letThrough(run.id);
      expect((await joinRunOf(gated.url, run.id)).run.status).toBe('SUCCESS');
    }
    await expectNoOrphans(gated);
  });
});
