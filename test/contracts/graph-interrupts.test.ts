import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventDraft } from '../../src/domain/event.js';
import type { Fence } from '../../src/domain/run.js';
import type { RunCommand, RunKwargs } from '../../src/domain/run-kwargs.js';
import { makeCheckpointer } from '../../src/langgraph/checkpointer/checkpointer.js';
import type { GraphState, Graphs } from '../../src/ports/graphs.js';
import type { Database } from '../../src/store/database/database.js';
import { openTestDatabase } from '../support/database.js';
import { collectEvents, makeCall, serveGraphs } from '../support/graph-calls.js';
import { makeMemoryCheckpoints } from '../support/memory-checkpointer.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';
import { asking, makeFan, makeRow, nest } from '../support/sample-graphs.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe.each([
  ['memory', openInMemory],
  ['the database', openInDatabase],
])('with checkpoints in %s', (_where, openThread) => {
  test('an interrupt pauses the run, waits in the state, and its answer goes on from there', async () => {
    const thread = await openThread(makeRow({ a: null, ask: asking('ask'), z: null }));
    const events = await thread.run({ input: {}, streamModes: ['VALUES', 'UPDATES'] });
    const [interrupt] = (await thread.state()).interrupts;
    expect(interrupt).toEqual({
      interruptId: expect.any(String) as string,
      taskId: expect.any(String) as string,
      value: 'ask 1?',
      namespace: [],
    });
    const asked = { __interrupt__: [{ id: interrupt?.interruptId, value: 'ask 1?' }] };
    expect(events.slice(-2).map(({ kind, data }) => [kind, data])).toEqual([
      ['UPDATES', asked],
      ['VALUES', asked],
    ]);
    expect(await thread.state()).toMatchObject({ next: ['ask'], values: { steps: ['a'] } });

    await thread.resume({ resume: 'yes' });
    expect(await thread.state()).toMatchObject({ next: [], interrupts: [], values: { steps: ['a', 'ask:yes', 'z'] } });
  });

  const answerThree = async (toResume: (answer: string, id: string) => RunCommand['resume']): Promise<void> => {
    const thread = await openThread(makeRow({ ask: asking('ask', 3) }));
    await thread.run({ input: {} });
    for (const number of ['1', '2', '3']) {
      expect(await thread.questions()).toEqual([`ask ${number}?`]);
      const [interrupt] = (await thread.state()).interrupts;
      await thread.resume({ resume: toResume(number, interrupt!.interruptId)! });
    }
    expect(await thread.state()).toMatchObject({ interrupts: [], values: { steps: ['ask:1', 'ask:2', 'ask:3'] } });
  };

  test('of several questions in one node, answered by value, only the one that is not answered yet waits', () =>
    answerThree((answer) => answer));

  test('of several questions in one node, answered by id, only the one that is not answered yet waits', () =>
    answerThree((answer, id) => ({ [id]: answer })));

  test.each([false, 0, '', null])('%j is an answer like any other', async (answer) => {
    const thread = await openThread(makeRow({ ask: asking('ask') }));
    await thread.run({ input: {} });
    await thread.resume({ resume: answer });
    expect(await thread.state()).toMatchObject({ next: [], interrupts: [], values: { steps: [`ask:${answer}`] } });
  });

  test('several interrupts at once wait, and are answered one by one by their ids', async () => {
    const thread = await openThread(makeFan({ left: asking('left'), right: asking('right') }));
    await thread.run({ input: {} });
    expect((await thread.questions()).sort()).toEqual(['left 1?', 'right 1?']);
    const { interrupts } = await thread.state();
    const idOf = (question: string): string => interrupts.find(({ value }) => value === question)!.interruptId;
    await thread.resume({ resume: { [idOf('right 1?')]: 'r' } });
    expect(await thread.questions()).toEqual(['left 1?']);
    await thread.resume({ resume: { [idOf('left 1?')]: 'l' } });
    expect((await thread.state()).values).toEqual({ steps: ['left:l', 'right:r'] });
  });

  describe('an interrupt in a subgraph', () => {
    test('waits with the path of its graph as namespace, and is answered like any other', async () => {
      const thread = await openThread(nest(nest(makeRow({ ask: asking('ask', 2) }))));
      await thread.run({ input: {} });
      const [first] = (await thread.state()).interrupts;
      expect(first?.namespace.map((part) => part.split(':')[0])).toEqual(['outer', 'outer']);
      await thread.resume({ resume: 'one' });
      expect(await thread.questions()).toEqual(['ask 2?']);
      await thread.resume({ resume: 'two' });
      expect(await thread.state()).toMatchObject({ next: [], interrupts: [], values: { steps: ['ask:one', 'ask:two'] } });
    });

    test('comes with the events of its namespace when subgraphs are streamed', async () => {
      const thread = await openThread(nest(makeRow({ ask: asking('ask') })));
      const events = await thread.run({ input: {}, streamSubgraphs: true, streamModes: ['UPDATES'] });
      const [{ namespace }] = (await thread.state()).interrupts as [GraphState['interrupts'][number]];
      expect(events.map((event) => event.namespace)).toEqual([namespace, []]);
    });
  });

  test('an answer that was given counts as answered even when its node failed with it', async () => {
    const fail = (): never => {
      throw new Error('cannot use that');
    };
    const ask = asking('ask');
    const thread = await openThread(makeRow({ ask: async (state, config) => [await ask(state, config), fail()] }));
    await thread.run({ input: {} });
    expect(await thread.questions()).toEqual(['ask 1?']);
    await expect(thread.resume({ resume: 'bad' })).rejects.toThrow('cannot use that');
    expect(await thread.questions()).toEqual([]);
  });

  describe('a command', () => {
    test('updates the state and jumps to a node', async () => {
      const thread = await openThread(makeRow({ a: null, b: null, c: null }));
      await thread.run({ input: {} });
      await thread.resume({ update: { steps: ['told'] }, goto: [{ node: 'c' }] });
      expect((await thread.state()).values).toEqual({ steps: ['a', 'b', 'c', 'told', 'c'] });
    });

    test('sends an input of its own to a node', async () => {
      const thread = await openThread(makeRow({ a: null, b: (state) => ({ steps: [`b of ${JSON.stringify(state)}`] }) }));
      await thread.run({ input: {} });
      await thread.resume({ goto: [{ node: 'b', input: { mine: 1 } }] });
      expect((await thread.state()).values).toMatchObject({ steps: expect.arrayContaining(['b of {"mine":1}']) as unknown });
    });

    test('wins over the input', async () => {
      const thread = await openThread(makeRow({ ask: asking('ask') }));
      await thread.run({ input: {} });
      await thread.run({ input: { steps: ['ignored'] }, command: { resume: 'yes' } });
      expect((await thread.state()).values).toEqual({ steps: ['ask:yes'] });
    });
  });
});

interface TestThread {
  run(kwargs: Partial<RunKwargs>): Promise<EventDraft[]>;
  resume(command: RunCommand): Promise<EventDraft[]>;
  state(): Promise<GraphState>;
  questions(): Promise<unknown[]>;
}

function openInMemory(graph: unknown): Promise<TestThread> {
  const graphs = serveGraphs({ g: graph }, makeMemoryCheckpoints().makeCheckpointer);
  return Promise.resolve(openThread(graphs, makeCall().threadId, () => makeCall().fence));
}

async function openInDatabase(graph: unknown): Promise<TestThread> {
  const threadId = await insertThread(database);
  const graphs = serveGraphs({ g: graph }, (scope) => makeCheckpointer(database, scope));
  return openThread(graphs, threadId, () => insertRunningRun(database, threadId));
}

/** Runs one after the other on one thread. */
function openThread(graphs: Graphs, threadId: string, makeFence: () => Fence | Promise<Fence>): TestThread {
  const run = async (kwargs: Partial<RunKwargs>): Promise<EventDraft[]> =>
    collectEvents(graphs.run(makeCall({ threadId, fence: await makeFence(), kwargs })));
  const state = (): Promise<GraphState> => graphs.readState({ graphId: 'g', threadId });
  return { run, state, resume: (command) => run({ command }), questions: async () => (await state()).interrupts.map(({ value }) => value) };
}
