import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import {
  Annotation,
  type BaseStore,
  entrypoint,
  getStore,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
  task,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';

const Notes = Annotation.Root({ user: Annotation<string>(), text: Annotation<string>(), found: Annotation<unknown>() });
type Notes = typeof Notes.State;

function storeOf({ store }: LangGraphRunnableConfig): BaseStore {
  if (!store) throw new Error('This graph is called without a store.');
  return store;
}

/** Everything a node can do with the store, in one node that writes and one that reads. */
export const keeper = new StateGraph(Notes)
  .addNode('write', async ({ user, text }: Notes, config) => {
    const store = storeOf(config);
    await store.put(['notes', user], 'latest', { text });
    await store.batch([
      { namespace: ['notes', user], key: 'first', value: { text: 'one' } },
      { namespace: ['notes', user, 'deep'], key: 'second', value: { text: 'two' } },
      { namespace: ['notes', user], key: 'doomed', value: { text: 'three' } },
    ]);
    await store.delete(['notes', user], 'doomed');
    return {};
  })
  .addNode('read', async ({ user }: Notes, config) => {
    const store = storeOf(config);
    const [latest, missing] = [await store.get(['notes', user], 'latest'), await store.get(['notes', user], 'doomed')];
    const filtered = await store.search(['notes', user], { filter: { text: { $ne: 'two' } } });
    return {
      found: {
        latest: latest?.value,
        missing,
        keys: filtered.map(({ key }) => key),
        namespaces: await store.listNamespaces({ prefix: ['notes', user] }),
      },
    };
  })
  .addEdge(START, 'write')
  .addEdge('write', 'read');

/** Where it goes next stands in the store. */
export const guided = new StateGraph(Notes)
  .addNode('begin', () => ({}))
  .addNode('left', () => ({ found: 'left' }))
  .addNode('right', () => ({ found: 'right' }))
  .addEdge(START, 'begin')
  .addConditionalEdges(
    'begin',
    async ({ user }: Notes, config: LangGraphRunnableConfig) =>
      ((await storeOf(config).get(['guide', user], 'way'))?.value['to'] as 'left' | 'right') ?? 'left',
    ['left', 'right'],
  );

/** The keeper as somebody else's node. */
export const outer = new StateGraph(Notes).addNode('inner', keeper.compile()).addEdge(START, 'inner');

const remember = task('remember', async (user: string, text: string) => {
  await getStore()?.put(['notes', user], 'task', { text });
});

/** The functional API. */
export const workflow = entrypoint('workflow', async ({ user, text }: { user: string; text: string }) => {
  await remember(user, text);
  const item = await getStore()?.get(['notes', user], 'task');
  return { found: item?.value };
});

const note = tool(
  async ({ text }, config: LangGraphRunnableConfig) => {
    await storeOf(config).put(['notes', 'tool'], text, { text });
    return `noted ${text}`;
  },
  { name: 'note', description: 'Notes a text.', schema: z.object({ text: z.string() }) },
);

function callTool({ messages }: { messages: BaseMessage[] }) {
  const text = messages.at(-1)?.text ?? '';
  return { messages: [new AIMessage({ content: '', tool_calls: [{ id: 'call', name: 'note', args: { text }, type: 'tool_call' }] })] };
}

/** A tool that keeps what it is told. */
export const tools = new StateGraph(MessagesAnnotation)
  .addNode('ask', callTool)
  .addNode('tools', new ToolNode([note]))
  .addEdge(START, 'ask')
  .addEdge('ask', 'tools');

/** Puts what no JSON can hold. */
export const clumsy = new StateGraph(Notes)
  .addNode('put', async ({ user }: Notes, config) => {
    await storeOf(config).put(['notes', user], 'count', { n: 10n });
    return {};
  })
  .addEdge(START, 'put');

/** Puts what may not be put, beside something that may, and tells what it was told. */
export const careless = new StateGraph(Notes)
  .addNode('put', async ({ user }: Notes, config) => {
    const store = storeOf(config);
    const attempts = await Promise.allSettled([
      store.put(['notes', user], 'good', {}),
      store.put(['langgraph', user], 'bad', {}),
      store.batch([
        { namespace: ['notes', user], key: 'half', value: {} },
        { namespace: ['a.b'], key: 'half', value: {} },
      ]),
    ]);
    return { found: attempts.map((attempt) => (attempt.status === 'fulfilled' ? 'done' : String(attempt.reason))) };
  })
  .addEdge(START, 'put');
