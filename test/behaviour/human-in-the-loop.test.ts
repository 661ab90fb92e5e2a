import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPair, type PairGraphId, type PairStep } from '../support/graph-pair.js';
import { startTestServer, type TestServer } from '../support/server.js';

const GRAPHS = fileURLToPath(new URL('../support/human-graphs/langgraph.json', import.meta.url));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GRAPHS });
});
afterAll(() => server.close());

type IdOf = (question: string) => string;
const told = (content: string) => ({ messages: [{ role: 'user', content }] });

const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort();

/** Runs and what waits after each of them. */
type Scenario = readonly (readonly [step: PairStep, questions: readonly unknown[]])[];

const SCENARIOS: readonly (readonly [string, PairGraphId, Scenario])[] = [
  [
    'two questions in one node and one in the next, answered by values of any shape',
    'twice',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: 'one' }, ['ask 2?']],
      [{ resume: { an: 'object' } }, ['confirm 1?']],
      [{ resume: ['a', 'list'] }, []],
    ],
  ],
  [
    'an object without a key is an answer, and no map',
    'twice',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: {} }, ['ask 2?']],
    ],
  ],
  [
    'questions answered by id',
    'twice',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('ask 1?')]: false }) }, ['ask 2?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('ask 2?')]: 2 }) }, ['confirm 1?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('confirm 1?')]: null }) }, []],
    ],
  ],
  [
    'several at once, answered one by one',
    'parallel',
    [
      [{ input: {} }, ['left 1?', 'middle 1?', 'right 1?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('right')]: 'r' }) }, ['left 1?', 'middle 1?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('middle')]: 'm1' }) }, ['left 1?', 'middle 2?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('left')]: 'l' }) }, ['middle 2?']],
      [{ resume: 'm2' }, []],
    ],
  ],
  [
    'several at once, some of them answered together',
    'parallel',
    [
      [{ input: {} }, ['left 1?', 'middle 1?', 'right 1?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('left')]: 'l', [idOf('middle')]: 'm1' }) }, ['middle 2?', 'right 1?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('right')]: 'r', [idOf('middle')]: 'm2' }) }, []],
    ],
  ],
  [
    'several at once, answered by one value for all of them',
    'parallel',
    [
      [{ input: {} }, ['left 1?', 'middle 1?', 'right 1?']],
      [{ resume: 'all' }, ['middle 2?']],
      [{ resume: 'last' }, []],
    ],
  ],
  [
    'two graphs deep, with the events of the subgraphs',
    'nested',
    [
      [{ input: {}, streamSubgraphs: true }, ['ask 1?']],
      [{ resume: 'one', streamSubgraphs: true }, ['ask 2?']],
      [{ resume: (idOf: IdOf) => ({ [idOf('ask 2?')]: 'two' }), streamSubgraphs: true }, []],
    ],
  ],
  [
    'two graphs deep, without the events of the subgraphs',
    'nested',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: 'one' }, ['ask 2?']],
      [{ resume: 'two' }, []],
    ],
  ],
  [
    'in a tool of a ToolNode',
    'tools',
    [
      [{ input: told('price') }, [{ tool: 'ask', word: 'price' }]],
      [{ resume: { ok: true } }, []],
    ],
  ],
  [
    'in two tools that a ToolNode runs in one task: one question after the other',
    'tools',
    [
      [{ input: told('price colour') }, [{ tool: 'ask', word: 'price' }]],
      [{ resume: 'cheap' }, [{ tool: 'ask', word: 'colour' }]],
      [{ resume: 'red' }, []],
    ],
  ],
  [
    'in two tools of an agent: both questions at once',
    'agent',
    [
      [
        { input: told('price colour'), streamSubgraphs: true },
        [
          { tool: 'ask', word: 'colour' },
          { tool: 'ask', word: 'price' },
        ],
      ],
      [{ resume: (idOf: IdOf) => ({ [idOf('colour')]: 'red' }) }, [{ tool: 'ask', word: 'price' }]],
      [{ resume: (idOf: IdOf) => ({ [idOf('price')]: 'cheap' }) }, []],
    ],
  ],
  [
    'an answer that its node fails with counts as given; to go on gives it once more',
    'fussy',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: 'bad' }, []],
      [{ input: null }, []],
    ],
  ],
  [
    'an answer that its node fails with, asked for anew from an earlier checkpoint',
    'fussy',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: 'bad' }, []],
      [{ input: null, back: 1 }, ['ask 1?']],
      [{ resume: 'good' }, []],
    ],
  ],
  [
    'a breakpoint before a node, gone on from with `input: null`',
    'plain',
    [
      [{ input: {}, interruptBefore: ['b'] }, []],
      [{ input: null, interruptBefore: ['c'] }, []],
      [{ input: null }, []],
    ],
  ],
  [
    'a breakpoint after a node',
    'plain',
    [
      [{ input: {}, interruptAfter: ['a', 'c'] }, []],
      [{ input: null, interruptAfter: ['a', 'c'] }, []],
    ],
  ],
  [
    'breakpoints before all nodes',
    'nested',
    [
      [{ input: {}, interruptBefore: ['*'], streamSubgraphs: true }, []],
      [{ input: null, interruptBefore: ['*'] }, []],
      [{ input: null, streamSubgraphs: true }, ['ask 1?']],
      [{ resume: 'one', interruptBefore: ['*'] }, ['ask 2?']],
      [{ resume: 'two', interruptBefore: ['*'] }, []],
      [{ input: null, interruptBefore: ['*'] }, []],
    ],
  ],
  [
    'breakpoints after all nodes',
    'plain',
    [
      [{ input: {}, interruptAfter: ['*'] }, []],
      [{ input: null, interruptAfter: ['*'] }, []],
      [{ input: null, interruptAfter: ['*'] }, []],
    ],
  ],
  [
    'a value at a breakpoint, which goes on from there',
    'plain',
    [
      [{ input: {}, interruptBefore: ['b'] }, []],
      [{ resume: 'go' }, []],
    ],
  ],
  [
    'a value at a breakpoint before a node that asks, which is the answer to its first question',
    'twice',
    [
      [{ input: {}, interruptBefore: ['ask'] }, []],
      [{ resume: 'early' }, ['ask 2?']],
    ],
  ],
  [
    'an update and a jump',
    'plain',
    [
      [{ input: {} }, []],
      [{ update: { steps: ['told'] }, goto: [{ node: 'c' }] }, []],
      [{ update: [['steps', ['as pairs']]] }, []],
    ],
  ],
  [
    'a jump with an input of its own beside one without',
    'plain',
    [
      [{ input: {} }, []],
      [{ goto: [{ node: 'aside', input: { mine: 1 } }, { node: 'aside', input: 'a text' }, { node: 'b' }] }, []],
    ],
  ],
  [
    'an answer with an update and a jump',
    'twice',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: 'one', update: { steps: ['told'] }, goto: [{ node: 'aside' }] }, ['ask 2?']],
      [{ resume: 'two' }, ['confirm 1?']],
      [{ resume: 'sure', goto: [{ node: 'aside', input: 'its own' }] }, []],
    ],
  ],
  [
    'a jump away from a question that waits',
    'twice',
    [
      [{ input: {} }, ['ask 1?']],
      [{ goto: [{ node: 'confirm' }] }, ['ask 1?', 'confirm 1?']],
    ],
  ],
  [
    'new input while a question waits',
    'twice',
    [
      [{ input: {} }, ['ask 1?']],
      [{ input: { steps: ['again'] } }, ['ask 1?']],
      [{ resume: 'one' }, ['ask 2?']],
    ],
  ],
  [
    'an answer at an old checkpoint, where the answer that was given there first is found',
    'twice',
    [
      [{ input: {} }, ['ask 1?']],
      [{ resume: 'one' }, ['ask 2?']],
      [{ resume: 'two' }, ['confirm 1?']],
      [{ resume: 'other', back: 1 }, ['confirm 1?']],
      [{ resume: 'sure' }, []],
    ],
  ],
];

/** Those in which the order of what is written could differ. */
const SHORT = SCENARIOS.filter(([, graphId]) => ['parallel', 'nested', 'agent'].includes(graphId));

describe('state, next, tasks, history and events are those of LangGraph itself', () => {
  it.each(SCENARIOS)('%s', async (_name, graphId, scenario) => {
    const pair = openPair(server.url, graphId);
    for (const [step, questions] of scenario) {
      await pair.run(step);
      expect(sorted(await pair.questions())).toEqual(sorted(questions));
      await pair.expectEqual();
    }
  });

  describe.each(['SYNC', 'EXIT'] as const)('with durability %s', (durability) => {
    it.each(SHORT)('%s', async (_name, graphId, scenario) => {
      const pair = openPair(server.url, graphId);
      for (const [step, questions] of scenario) {
        await pair.run({ ...step, durability });
        expect(sorted(await pair.questions())).toEqual(sorted(questions));
        await pair.expectEqual();
      }
    });
  });
});

describe('a state update while some of several questions are answered', () => {
  it.each<[string, unknown, string]>([
    ['with values of its own', { steps: ['by hand'] }, 'right'],
    ['without any', {}, 'right'],
    ['as the beginning', {}, '__start__'],
    ['with nothing at all, as the end', null, '__end__'],
  ])('%s keeps what the answered tasks wrote, and the graph goes on from there as LangGraph does', async (_how, values, asNode) => {
    const pair = openPair(server.url, 'parallel');
    await pair.run({ input: {} });
    await pair.run({ resume: (idOf: IdOf) => ({ [idOf('left')]: 'l' }) });
    await pair.update(values, asNode);
    const { values: kept } = await pair.expectEqual();
    expect(kept).toMatchObject({ steps: expect.arrayContaining(['left:"l"']) as unknown });
    await pair.update({ steps: ['more'] }, 'middle');
    await pair.expectEqual();
    await pair.run({ goto: [{ node: 'right' }] });
    await pair.expectEqual();
  });
});
