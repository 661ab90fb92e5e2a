import { type AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { Annotation, Command, END, type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { z } from 'zod';
import { chooseModel } from './choose-model.js';
import { chooseNext, writeReport } from './supervisor-script.js';

/** Shared by the supervisor and the two graphs it hands work to. */
const State = Annotation.Root({
  ...MessagesAnnotation.spec,
  facts: Annotation<string[]>({ reducer: (_before, found) => found, default: () => [] }),
  outline: Annotation<string[]>({ reducer: (_before, planned) => planned, default: () => [] }),
  report: Annotation<string | null>,
});
type State = typeof State.State;
type Update = typeof State.Update;

/** What was asked last. */
function questionIn({ messages }: State): string {
  return messages.findLast(({ type }) => type === 'human')?.text ?? '';
}

const Decision = z.object({ next: z.enum(['researcher', 'writer', 'finish']).describe('Who works next') });

/** Never called: the model answers with its arguments. */
const route = tool(({ next }) => next, { name: 'route', description: 'Hands the work on.', schema: Decision });

const ROUTE = new SystemMessage(
  'You lead a researcher, who collects facts, and a writer, who makes a report of them. Say who works next; "finish" when the report stands.',
);

/** Decides who works next. Its own words are nobody's business, so they are not streamed. */
async function supervisor(state: State, config: LangGraphRunnableConfig): Promise<Command> {
  const model = await chooseModel(config, chooseNext);
  const known = `Question: ${questionIn(state)}\nFacts: ${state.facts.join(' ') || 'none'}\nReport: ${state.report ?? 'none'}`;
  const quiet = { ...config, tags: [...(config.tags ?? []), 'nostream'] };
  const bound = model.bindTools?.([route], { tool_choice: 'route' }) ?? model;
  const { tool_calls: calls = [] } = (await bound.invoke([ROUTE, new HumanMessage(known)], quiet)) as AIMessage;
  const { next } = Decision.parse(calls[0]?.args);
  return new Command({ goto: next === 'finish' ? END : next });
}

/** A made-up library. A real researcher would ask a search engine. */
function search(state: State, { writer }: LangGraphRunnableConfig): Update {
  const words = questionIn(state).match(/\p{L}{5,}/gu) ?? ['nothing'];
  writer?.({ searching: words });
  return { facts: words.map((word) => `Much has been written about ${word.toLowerCase()}.`) };
}

/** Each fact once, in order. */
function sift({ facts }: State): Update {
  return { facts: [...new Set(facts)].sort() };
}

const researcher = new StateGraph(State)
  .addNode('search', search)
  .addNode('sift', sift)
  .addEdge(START, 'search')
  .addEdge('search', 'sift')
  .compile();

function plan(state: State): Update {
  return { outline: ['The question', ...state.facts.map((_fact, index) => `Finding ${index + 1}`), 'In short'] };
}

async function write(state: State, config: LangGraphRunnableConfig): Promise<Update> {
  const model = await chooseModel(config, writeReport);
  const task = `Question: ${questionIn(state)}\nOutline: ${state.outline.join(', ')}\nFacts: ${state.facts.join(' ')}`;
  const message = await model.invoke([new SystemMessage('Write a short report from the facts alone.'), new HumanMessage(task)], config);
  return { messages: [message], report: message.text };
}

const writer = new StateGraph(State)
  .addNode('plan', plan)
  .addNode('write', write)
  .addEdge(START, 'plan')
  .addEdge('plan', 'write')
  .compile();

/** A new question begins with nothing. */
function begin(): Update {
  return { facts: [], outline: [], report: null };
}

/** supervisor → researcher → supervisor → writer → supervisor → end; each of the two is a graph with checkpoints of its own. */
export const graph = new StateGraph(State)
  .addNode('begin', begin)
  .addNode('supervisor', supervisor, { ends: ['researcher', 'writer', END] })
  .addNode('researcher', researcher)
  .addNode('writer', writer)
  .addEdge(START, 'begin')
  .addEdge('begin', 'supervisor')
  .addEdge('researcher', 'supervisor')
  .addEdge('writer', 'supervisor')
  .compile();
