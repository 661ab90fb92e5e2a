import { createHash } from 'node:crypto';
import { type AIMessage, SystemMessage, type ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { type BaseStore, END, type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';
import { chooseModel } from './choose-model.js';
import { keepList } from './task-maistro-script.js';

/** What stands in the store, one item for each thing to do. */
export interface Todo {
  readonly task: string;
}

const LIST_MAX = 100;

/** Where the to-dos of a user and a category are kept: beyond every thread. */
function listOf({ store, configurable = {} }: LangGraphRunnableConfig): { store: BaseStore; namespace: string[] } {
  if (!store) throw new Error('The to-dos are kept in the store, and this graph was called without one.');
  const { user_id: userId = 'default-user', todo_category: category = 'general' } = configurable as Record<string, string | undefined>;
  return { store, namespace: ['todo', category, userId] };
}

async function readTodos(config: LangGraphRunnableConfig): Promise<{ key: string; task: string }[]> {
  const { store, namespace } = listOf(config);
  const items = await store.search(namespace, { limit: LIST_MAX });
  // The newest comes first.
  return items.reverse().map(({ key, value }) => ({ key, task: (value as Todo).task }));
}

const Task = z.object({ task: z.string().min(1).describe('What is to be done, in a few words') });

const addTodo = tool(
  async ({ task }, config: LangGraphRunnableConfig) => {
    const { store, namespace } = listOf(config);
    // The same thing twice is one thing to do.
    const key = createHash('sha256').update(task.toLowerCase()).digest('hex').slice(0, 16);
    await store.put(namespace, key, { task } satisfies Todo);
    return `I noted: ${task}.`;
  },
  { name: 'add_todo', description: "Puts something onto the user's to-do list.", schema: Task },
);

const removeTodo = tool(
  async ({ task }, config: LangGraphRunnableConfig) => {
    const { store, namespace } = listOf(config);
    const wanted = task.toLowerCase();
    const found = (await readTodos(config)).find((todo) => todo.task.toLowerCase().includes(wanted));
    if (!found) return `I found nothing like "${task}" on the list.`;
    await store.delete(namespace, found.key);
    return `I crossed out: ${found.task}.`;
  },
  { name: 'remove_todo', description: "Takes something off the user's to-do list, by its words.", schema: Task },
);

const tools = [addTodo, removeTodo];

/** The model reads the list and the conversation; it answers, or asks for a tool. */
async function assist(state: typeof MessagesAnnotation.State, config: LangGraphRunnableConfig): Promise<typeof MessagesAnnotation.Update> {
  const model = await chooseModel(config, keepList);
  const bound = model.bindTools?.(tools) ?? model;
  const todos = (await readTodos(config)).map(({ task }) => `- ${task}`);
  const instructions = new SystemMessage(
    `You keep the user's to-do list, with your tools. It is now:\n${todos.length === 0 ? '(nothing)' : todos.join('\n')}`,
  );
  return { messages: [await bound.invoke([instructions, ...state.messages], config)] };
}

function needsTool({ messages }: typeof MessagesAnnotation.State): 'tools' | typeof END {
  const last = messages.at(-1) as AIMessage | ToolMessage | undefined;
  return last?.type === 'ai' && last.tool_calls?.length ? 'tools' : END;
}

/** assistant → tools → assistant → …; what the tools keep is there in every thread of the same user. */
export const graph = new StateGraph(MessagesAnnotation)
  .addNode('assistant', assist)
  .addNode('tools', new ToolNode(tools))
  .addEdge(START, 'assistant')
  .addConditionalEdges('assistant', needsTool, ['tools', END])
  .addEdge('tools', 'assistant')
  .compile();
