import { dispatchCustomEvent } from '@langchain/core/callbacks/dispatch';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import { FakeListChatModel, FakeRetriever, FakeStreamingLLM } from '@langchain/core/utils/testing';
import {
  Annotation,
  interrupt,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  type RetryPolicy,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';
import { ScriptedModel } from '../../examples/graphs/scripted-model.js';

const model = new ScriptedModel();

/** A chat inside a node of a chat, both of which write custom data: something of every stream mode, at the root and below. */
export function makeChattyGraph() {
  const inner = new StateGraph(MessagesAnnotation)
    .addNode('think', async (state, config: LangGraphRunnableConfig) => {
      config.writer?.({ from: 'inner' });
      return { messages: [await model.invoke([...state.messages, new HumanMessage('hello')], config)] };
    })
    .addEdge(START, 'think')
    .compile();
  return new StateGraph(MessagesAnnotation)
    .addNode('talk', async (state, config: LangGraphRunnableConfig) => {
      config.writer?.('from the root');
      return { messages: [await model.invoke(state.messages, config)] };
    })
    .addNode('sub', inner)
    .addNode('mute', async (state, config: LangGraphRunnableConfig) => {
      await model.withConfig({ tags: ['nostream'] }).invoke(state.messages, config);
      return {};
    })
    .addEdge(START, 'talk')
    .addEdge('talk', 'sub')
    .addEdge('sub', 'mute')
    .compile();
}

/** One tool that yields its result piece by piece, then one that throws, which the model is told of. */
export function makeToolGraph() {
  const count = tool(
    async function* ({ to }) {
      for (let number = 1; number <= to; number += 1) yield { number };
    },
    { name: 'count', description: 'Counts.', schema: z.object({ to: z.number() }) },
  );
  const refuse = tool(
    () => {
      throw new TypeError('I will not');
    },
    { name: 'refuse', description: 'Throws.', schema: z.object({}) },
  );
  const call = (id: string, name: string, args: Record<string, unknown>) => () => ({
    messages: [new AIMessage({ id: `calls ${name}`, content: '', tool_calls: [{ id, name, args, type: 'tool_call' }] })],
  });
  return new StateGraph(MessagesAnnotation)
    .addNode('first', call('call-1', 'count', { to: 2 }))
    .addNode('counting', new ToolNode([count]))
    .addNode('second', call('call-2', 'refuse', {}))
    .addNode('refusing', new ToolNode([refuse]))
    .addEdge(START, 'first')
    .addEdge('first', 'counting')
    .addEdge('counting', 'second')
    .addEdge('second', 'refusing')
    .compile();
}

/** Something of everything that a trace can tell: a prompt, a model and a parser that stream, an old model, a retriever, an own event. */
export function makeChainGraph() {
  const chain = ChatPromptTemplate.fromMessages([['human', '{question}']])
    .pipe(new FakeListChatModel({ responses: ['yes'] }))
    .pipe(new StringOutputParser());
  return new StateGraph(Annotation.Root({ answer: Annotation<string> }))
    .addNode('stream', async (_state, config: LangGraphRunnableConfig) => {
      let answer = '';
      for await (const piece of await chain.stream({ question: 'hello' }, config)) answer += piece;
      return { answer };
    })
    .addNode('look', async ({ answer }, config: LangGraphRunnableConfig) => {
      await new FakeStreamingLLM({ responses: ['ok'] }).invoke('hello', config);
      const found = await new FakeRetriever({ output: [{ pageContent: 'page', metadata: {} }] }).invoke(answer, config);
      await dispatchCustomEvent('found', { count: found.length }, config);
      return { answer: found[0]?.pageContent ?? '' };
    })
    .addNode('fail', async (_state, config: LangGraphRunnableConfig) => {
      const failing = RunnableLambda.from(() => {
        throw new Error('no');
      });
      return { answer: await failing.invoke('x', config).catch(() => 'failed') };
    })
    .addEdge(START, 'stream')
    .addEdge('stream', 'look')
    .addEdge('look', 'fail')
    .compile();
}

const Steps = Annotation.Root({
  steps: Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});

export type Step = (state: typeof Steps.State, config: LangGraphRunnableConfig) => unknown;

type StepsBuilder = StateGraph<typeof Steps.spec, typeof Steps.State, typeof Steps.Update, string>;

/** Nodes in a row; each adds its name to `steps` unless it does something else. */
export function makeRow(nodes: Readonly<Record<string, Step | null>>, options: { retryPolicy?: RetryPolicy } = {}) {
  const builder = new StateGraph(Steps) as StepsBuilder;
  let previous: string = START;
  for (const [name, step] of Object.entries(nodes)) {
    builder.addNode(
      name,
      async (state: typeof Steps.State, config: LangGraphRunnableConfig) => ((await step?.(state, config)) ?? { steps: [name] }) as Update,
      options,
    );
    builder.addEdge(previous, name);
    previous = name;
  }
  return builder.compile();
}

type Update = typeof Steps.Update;

/** A node that asks `count` questions one after the other and adds the answers. */
export function asking(name: string, count = 1): Step {
  return () => ({ steps: Array.from({ length: count }, (_, index) => `${name}:${String(interrupt(`${name} ${index + 1}?`))}`) });
}

/** A graph inside a node `outer`. */
export function nest(inner: ReturnType<typeof makeRow>) {
  const builder = new StateGraph(Steps) as StepsBuilder;
  return builder.addNode('outer', inner).addEdge(START, 'outer').compile();
}

/** Nodes side by side. */
export function makeFan(nodes: Readonly<Record<string, Step>>) {
  const builder = new StateGraph(Steps) as StepsBuilder;
  for (const [name, step] of Object.entries(nodes)) {
    builder.addNode(name, async (state, config: LangGraphRunnableConfig) => (await step(state, config)) as Update);
    builder.addEdge(START, name);
  }
  return builder.compile();
}
