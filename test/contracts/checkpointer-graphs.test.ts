import { AIMessage, type BaseMessage, HumanMessage, RemoveMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  Annotation,
  Command,
  DeltaValue,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
  StateSchema,
  type StateSnapshot,
} from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeCheckpointer } from '../../src/langgraph/checkpointer/checkpointer.js';
import type { Database } from '../../src/store/database/database.js';
import { collect } from '../support/client.js';
import { openTestDatabase } from '../support/database.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';

/** A graph as the stories below drive it; a call of any of its methods may throw what the graph threw. */
interface Graph {
  invoke(input: unknown, config: RunnableConfig & { durability?: 'exit' | 'sync' }): Promise<unknown>;
  updateState(config: RunnableConfig, values: unknown, asNode?: string): Promise<RunnableConfig>;
  getState(config: RunnableConfig, options?: { subgraphs?: boolean }): Promise<StateSnapshot>;
  getStateHistory(config: RunnableConfig): AsyncIterableIterator<StateSnapshot>;
}

/** Tells a story with a graph; `config` stands for the thread, with a checkpointer that each call gets anew. */
type Story = (graph: Graph, config: () => Promise<RunnableConfig>) => Promise<void>;

const Log = Annotation.Root({ log: Annotation<string[]>({ reducer: (log, added) => [...log, ...added], default: () => [] }) });

const chat = () =>
  new StateGraph(MessagesAnnotation)
    .addNode('model', ({ messages }) => ({ messages: [new AIMessage({ id: `ai ${messages.length}`, content: `to ${messages.length}` })] }))
    .addEdge(START, 'model')
    .addEdge('model', END)
    .compile();

const deltaLog = () =>
  new StateGraph(
    new StateSchema({
      log: new DeltaValue(
        z.array(z.string()).default(() => []),
        {
          reducer: (log: string[], writes: string[][]) => [...log, ...writes.flat()],
          snapshotFrequency: 3,
        },
      ),
    }),
  )
    .addNode('left', ({ log }) => ({ log: [`left ${log.length}`] }))
    .addNode('right', ({ log }) => ({ log: [`right ${log.length}`] }))
    .addEdge(START, 'left')
    .addEdge('left', 'right')
    .compile();

const asking = () => {
  const inner = new StateGraph(Log)
    .addNode('first', () => ({ log: [`first ${interrupt<string, string>('first?')}`] }))
    .addNode('second', () => ({ log: [`second ${interrupt<string, string>('second?')}`] }))
    .addEdge(START, 'first')
    .addEdge('first', 'second')
    .compile();
  return new StateGraph(Log)
    .addNode('inner', inner)
    .addNode('beside', () => ({ log: [`beside ${interrupt<string, string>('beside?')}`] }))
    .addNode('after', () => ({ log: ['after'] }))
    .addEdge(START, 'inner')
    .addEdge(START, 'beside')
    .addEdge(['inner', 'beside'], 'after')
    .compile();
};

const fanOut = () =>
  new StateGraph(Log)
    .addNode('plan', () => ({ log: ['plan'] }))
    .addNode('work', ({ log }) => ({ log: log.map((item) => `worked on ${item}`) }))
    .addEdge(START, 'plan')
    .addConditionalEdges('plan', () => ['a', 'b', 'c'].map((item) => new Send('work', { log: [item] })))
    .compile();

const failingOnce = () => {
  let failures = 0;
  return new StateGraph(Log)
    .addNode('fine', () => ({ log: ['fine'] }))
    .addNode('beside', () => ({ log: ['beside'] }))
    .addNode('shaky', () => {
      failures += 1;
      if (failures % 2 === 1) throw new Error('shaken');
      return { log: ['shaky'] };
    })
    .addEdge(START, 'fine')
    .addEdge('fine', 'beside')
    .addEdge('fine', 'shaky')
    .compile();
};

const pair = () =>
  new StateGraph(Log)
    .addNode('left', () => ({ log: ['left'] }))
    .addNode('right', () => ({ log: ['right'] }))
    .addEdge(START, 'left')
    .addEdge(START, 'right')
    .compile();

const say = (text: string, id = text) => ({ messages: [new HumanMessage({ id, content: text })] });

const STORIES: Record<string, { makeGraph: () => unknown; story: Story }> = {
  'a chat of many turns, with a message changed and one removed': {
    makeGraph: chat,
    story: async (graph, config) => {
      for (let turn = 0; turn < 6; turn += 1) await graph.invoke(say(`turn ${turn} ${'x'.repeat(300)}`, `human ${turn}`), await config());
      await graph.invoke(say('changed', 'human 2'), await config());
      await graph.invoke({ messages: [new RemoveMessage({ id: 'human 0' })] }, await config());
      await graph.invoke(say('the last'), await config());
    },
  },
  'a list that is kept as deltas, with a whole copy now and then': {
    makeGraph: deltaLog,
    story: async (graph, config) => {
      for (let turn = 0; turn < 8; turn += 1) await graph.invoke({ log: [`turn ${turn}`] }, await config());
    },
  },
  'questions in parallel and in a subgraph, answered one after the other': {
    makeGraph: asking,
    story: async (graph, config) => {
      await graph.invoke({ log: ['start'] }, await config());
      for (const [question, answer] of Object.entries({ 'first?': 'one', 'beside?': 'two', 'second?': 'three' })) {
        const state = await graph.getState(await config());
        const asked = state.tasks.flatMap(({ interrupts }) => interrupts).find(({ value }) => value === question);
        await graph.invoke(new Command({ resume: { [asked?.id ?? 'not asked']: answer } }), await config());
      }
    },
  },
  'tasks sent out to work side by side': {
    makeGraph: fanOut,
    story: async (graph, config) => {
      await graph.invoke({ log: ['start'] }, await config());
    },
  },
  'a step in which one node fails, and is tried again': {
    makeGraph: failingOnce,
    story: async (graph, config) => {
      await expect(graph.invoke({ log: ['start'] }, await config())).rejects.toThrow('shaken');
      await graph.invoke(null, await config());
    },
  },
  'a run whose checkpoints are written at its end only': {
    makeGraph: chat,
    story: async (graph, config) => {
      await graph.invoke(say('one'), { ...(await config()), durability: 'exit' });
      await graph.invoke(say('two'), { ...(await config()), durability: 'exit' });
    },
  },
  'a fork with an edited message, and a run from it': {
    makeGraph: chat,
    story: async (graph, config) => {
      for (const text of ['one', 'two', 'three']) await graph.invoke(say(text), await config());
      const history = await collect(graph.getStateHistory(await config()));
      const past = history.find(({ values, next }) => (values as { messages: BaseMessage[] }).messages.length === 3 && next.length > 0);
      const fork = await graph.updateState(await at(past, config), say('two, edited', 'two'));
      await graph.invoke(null, await at({ config: fork }, config));
      await graph.invoke(say('four'), await config());
    },
  },
  'a state update of an unnamed node, refused because two nodes wrote last': {
    makeGraph: pair,
    story: async (graph, config) => {
      await graph.invoke({ log: ['start'] }, await config());
      await expect(graph.updateState(await config(), { log: ['by whom?'] })).rejects.toThrow('Ambiguous update');
      await graph.updateState(await config(), { log: ['by hand'] }, 'left');
    },
  },
};

describe('a graph that remembers through the checkpointer', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(async () => {
    await database.close();
  });

  it.each(Object.entries(STORIES))("leaves the same history as with LangGraph's own memory: %s", async (_, { makeGraph, story }) => {
    const memory = new MemorySaver();
    const expected = await tell(makeGraph() as Graph, story, 'thread', () => Promise.resolve(memory));
    const threadId = await insertThread(database);
    const actual = await tell(makeGraph() as Graph, story, threadId, async () =>
      makeCheckpointer(database, { threadId, fence: await insertRunningRun(database, threadId) }),
    );
    expect(expected.length).toBeGreaterThan(1);
    expect(actual).toEqual(expected);
  });
});

/** Tells the story and gives back what it left: every checkpoint, newest first, without what differs from one telling to the next. */
async function tell(
  graph: Graph,
  story: Story,
  threadId: string,
  openCheckpointer: () => Promise<BaseCheckpointSaver>,
): Promise<unknown[]> {
  // LangGraph rebuilds channels kept as deltas with the graph's own checkpointer only, when asked for a state.
  let checkpointer: BaseCheckpointSaver | undefined;
  const view = Object.create(graph, { checkpointer: { get: () => checkpointer } }) as Graph;
  const config = async () => {
    checkpointer = await openCheckpointer();
    return { configurable: { thread_id: threadId, __pregel_checkpointer: checkpointer } };
  };
  await story(view, config);
  const history = await collect(view.getStateHistory(await config()));
  expect(idOf((await view.getState(await config())).config)).toBe(history[0] && idOf(history[0].config));
  const places = new Map(history.map((snapshot, index) => [idOf(snapshot.config), index]));
  return history.map(({ values, next, tasks, metadata, parentConfig }) => ({
    values: JSON.parse(JSON.stringify(values)) as unknown,
    next,
    tasks: tasks.map(({ name, interrupts, error, result }) => ({
      name,
      error: error === undefined ? undefined : 'failed',
      result: JSON.parse(JSON.stringify(result ?? null)) as unknown,
      questions: interrupts.map(({ value }): unknown => value),
    })),
    source: metadata?.source,
    step: metadata?.step,
    parent: parentConfig && places.get(idOf(parentConfig)),
  }));
}

/** The config of a checkpoint, to go on from. */
async function at(snapshot: { config: RunnableConfig } | undefined, config: () => Promise<RunnableConfig>): Promise<RunnableConfig> {
  return { configurable: { checkpoint_id: snapshot && idOf(snapshot.config), checkpoint_ns: '', ...(await config()).configurable } };
}

function idOf(config: RunnableConfig): string {
  return config.configurable?.['checkpoint_id'] as string;
}
