import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '@langchain/core/tools';
import { Annotation, interrupt, type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { createAgent } from 'langchain';
import { z } from 'zod';
import { AskingModel } from './asking-model.js';

// Graphs that stand still at one place, once for each thread, so that their process can be killed there.

const Steps = Annotation.Root({
  steps: Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});

/** The first time for a key: says so with CUSTOM and never returns. Afterwards, in another process: returns at once. */
async function hold({ configurable, writer }: LangGraphRunnableConfig, key = String(configurable?.['thread_id'])): Promise<void> {
  try {
    closeSync(openSync(join(process.env['HOLD_DIR'] ?? '', key), 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  writer?.('holding');
  await new Promise(() => undefined);
}

/** Asks twice, and stands still between. */
async function askTwice(_state: unknown, config: LangGraphRunnableConfig): Promise<{ steps: string[] }> {
  const first: unknown = interrupt('first?');
  await hold(config);
  return { steps: [`first:${String(first)}`, `second:${String(interrupt('second?'))}`] };
}

export const inNode = new StateGraph(Steps).addNode('ask', askTwice).addEdge(START, 'ask').compile();

const deep = new StateGraph(Steps)
  .addNode('think', () => ({ steps: ['think'] }))
  .addNode('ask', askTwice)
  .addEdge(START, 'think')
  .addEdge('think', 'ask')
  .compile();
const outer = new StateGraph(Steps).addNode('deep', deep).addEdge(START, 'deep').compile();
export const inSubgraph = new StateGraph(Steps)
  .addNode('outer', outer)
  .addNode('end', () => ({ steps: ['end'] }))
  .addEdge(START, 'outer')
  .addEdge('outer', 'end')
  .compile();

const askTool = tool(
  async (_input, config: LangGraphRunnableConfig) => {
    const { steps } = await askTwice({}, config);
    return steps.join();
  },
  { name: 'ask', description: 'Asks a human, twice.', schema: z.object({ word: z.string() }) },
);

export const inToolNode = new StateGraph(MessagesAnnotation)
  .addNode('model', async ({ messages }) => ({ messages: [await new AskingModel({}).invoke(messages)] }))
  .addNode('tools', new ToolNode([askTool]))
  .addEdge(START, 'model')
  .addEdge('model', 'tools')
  .compile();

export const inAgent = createAgent({ model: new AskingModel({}), tools: [askTool] });

/** One node has asked its second question, while the node beside it stands still. */
export const beside = new StateGraph(Steps)
  .addNode('ask', () => ({ steps: [`first:${String(interrupt('first?'))}`, `second:${String(interrupt('second?'))}`] }))
  .addNode('beside', async (_state, config: LangGraphRunnableConfig) => {
    const answer: unknown = interrupt('beside?');
    await hold(config);
    return { steps: [`beside:${String(answer)}`] };
  })
  .addEdge(START, 'ask')
  .addEdge(START, 'beside')
  .compile();

const askThenAsk = new StateGraph(Steps)
  .addNode('ask', () => ({ steps: [`first:${String(interrupt('first?'))}`] }))
  .addNode('next', async (_state, config: LangGraphRunnableConfig) => {
    await hold(config);
    return { steps: [`second:${String(interrupt('second?'))}`] };
  })
  .addEdge(START, 'ask')
  .addEdge('ask', 'next')
  .compile();

/** The answer has led to a checkpoint, and the next node is about to ask. */
export const inNextNode = askThenAsk;

/** The same in a nested graph: it has taken a checkpoint since the answer, the root graph has not. */
export const inNextNodeOfSubgraph = new StateGraph(Steps).addNode('outer', askThenAsk).addEdge(START, 'outer').compile();

/** A node that says so when it begins. */
const step = (name: string) => (_state: unknown, config: LangGraphRunnableConfig) => {
  config.writer?.(`begin ${name}`);
  return { steps: [name] };
};

/** Three nodes; each run stands still once, in the third. */
export const inThirdNode = new StateGraph(Steps)
  .addNode('one', step('one'))
  .addNode('two', step('two'))
  .addNode('three', async (state: unknown, config: LangGraphRunnableConfig) => {
    const update = step('three')(state, config);
    await hold(config, String(config.configurable?.['run_id']));
    return update;
  })
  .addEdge(START, 'one')
  .addEdge('one', 'two')
  .addEdge('two', 'three')
  .compile();
