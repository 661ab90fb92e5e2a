import { tool } from '@langchain/core/tools';
import {
  Annotation,
  type BaseCheckpointSaver,
  interrupt,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { createAgent } from 'langchain';
import { z } from 'zod';
import { AskingModel } from './asking-model.js';

// Each is made without a saver for the server, which brings its own, and with one for a test that drives it directly.

interface Saving {
  readonly checkpointer?: BaseCheckpointSaver;
}

const Steps = Annotation.Root({
  steps: Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});

const add = (name: string) => (_state: typeof Steps.State, config: LangGraphRunnableConfig) => {
  config.writer?.({ from: name });
  return { steps: [name] };
};

/** Asks `count` questions one after the other. */
const ask =
  (name: string, count = 1) =>
  () => ({ steps: Array.from({ length: count }, (_, index) => `${name}:${JSON.stringify(interrupt(`${name} ${index + 1}?`))}`) });

/** Three plain nodes, and one that only a jump leads to. */
export const makePlain = (saving: Saving = {}) =>
  new StateGraph(Steps)
    .addNode('a', add('a'))
    .addNode('b', add('b'))
    .addNode('c', add('c'), { ends: ['aside'] })
    .addNode('aside', (state: unknown) => ({ steps: [`aside of ${JSON.stringify(state)}`] }))
    .addEdge(START, 'a')
    .addEdge('a', 'b')
    .addEdge('b', 'c')
    .compile(saving);

/** Two questions in one node, and another in the next. */
export const makeTwice = (saving: Saving = {}) =>
  new StateGraph(Steps)
    .addNode('draft', add('draft'))
    .addNode('ask', ask('ask', 2))
    .addNode('confirm', ask('confirm'), { ends: ['aside'] })
    .addNode('aside', (state: unknown) => ({ steps: [`aside of ${JSON.stringify(state)}`] }))
    .addEdge(START, 'draft')
    .addEdge('draft', 'ask')
    .addEdge('ask', 'confirm')
    .compile(saving);

/** Three nodes that ask at the same time, one of them twice. */
export const makeParallel = (saving: Saving = {}) =>
  new StateGraph(Steps)
    .addNode('left', ask('left'))
    .addNode('middle', ask('middle', 2))
    .addNode('right', ask('right'))
    .addNode('join', add('join'))
    .addEdge(START, 'left')
    .addEdge(START, 'middle')
    .addEdge(START, 'right')
    .addEdge(['left', 'middle', 'right'], 'join')
    .compile(saving);

const innermost = () =>
  new StateGraph(Steps)
    .addNode('think', add('think'))
    .addNode('ask', ask('ask', 2))
    .addEdge(START, 'think')
    .addEdge('think', 'ask')
    .compile();
const inner = () =>
  new StateGraph(Steps)
    .addNode('deep', innermost())
    .addNode('after', add('after'))
    .addEdge(START, 'deep')
    .addEdge('deep', 'after')
    .compile();

/** Questions two graphs deep. */
export const makeNested = (saving: Saving = {}) =>
  new StateGraph(Steps)
    .addNode('before', add('before'))
    .addNode('outer', inner())
    .addNode('end', add('end'))
    .addEdge(START, 'before')
    .addEdge('before', 'outer')
    .addEdge('outer', 'end')
    .compile(saving);

const askTool = tool(({ word }) => `${word}: ${JSON.stringify(interrupt({ tool: 'ask', word }))}`, {
  name: 'ask',
  description: 'Asks a human.',
  schema: z.object({ word: z.string() }),
});

/** A ToolNode whose tools all run in one task. */
export const makeTools = (saving: Saving = {}) =>
  new StateGraph(MessagesAnnotation)
    .addNode('model', async ({ messages }) => ({ messages: [await new AskingModel({}).invoke(messages)] }))
    .addNode('tools', new ToolNode([askTool]))
    .addEdge(START, 'model')
    .addEdge('model', 'tools')
    .compile(saving);

/** `createAgent`, which gives each call of a tool a task of its own. */
export const makeAgent = (saving: Saving = {}) => createAgent({ model: new AskingModel({}), tools: [askTool], ...saving });

/** Fails once it has its answer, unless that is "good". */
export const makeFussy = (saving: Saving = {}) =>
  new StateGraph(Steps)
    .addNode('ask', () => {
      const answer: unknown = interrupt('ask 1?');
      if (answer !== 'good') throw new RangeError(`cannot use ${String(answer)}`);
      return { steps: ['good'] };
    })
    .addEdge(START, 'ask')
    .compile(saving);

export const plain = makePlain();
export const twice = makeTwice();
export const parallel = makeParallel();
export const nested = makeNested();
export const tools = makeTools();
export const agent = makeAgent();
export const fussy = makeFussy();
