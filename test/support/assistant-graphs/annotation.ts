import type { AIMessage, BaseMessage } from '@langchain/core/messages';
import { Annotation, entrypoint, MessagesAnnotation, messagesStateReducer, START, StateGraph } from '@langchain/langgraph';

const MADE = Symbol.for('skein.test.made');

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}

type Mood = 'calm' | 'cross' | null;

const State = Annotation.Root({
  /** What it is about. */
  topic: Annotation<string>,
  mood: Annotation<Mood>,
  note: Annotation<string | undefined>,
  list: Annotation<string[], string | string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
  chat: Annotation<BaseMessage[], BaseMessage | BaseMessage[]>({ reducer: messagesStateReducer, default: () => [] }),
  log: Annotation<BaseMessage[]>({ reducer: (before, added) => [...before, ...added], default: () => [] }),
  last: Annotation<AIMessage | null>,
  tree: Annotation<Tree>,
  at: Annotation<Date>,
  byName: Annotation<Record<string, { readonly score?: number; readonly sure: boolean }>>,
  pair: Annotation<[string, number]>,
  whatever: Annotation<unknown>,
});
const Input = Annotation.Root({ topic: Annotation<string> });
const Output = Annotation.Root({ list: Annotation<string[]> });
const Config = Annotation.Root({ model: Annotation<'small' | 'big'>, temperature: Annotation<number | undefined> });

const nothing = (): object => ({});

export const rich = new StateGraph(State, Config).addNode('work', nothing).addEdge(START, 'work');
export const narrow = new StateGraph({ stateSchema: State, input: Input, output: Output })
  .addNode('work', nothing)
  .addEdge(START, 'work')
  .compile();
export const chat = new StateGraph(MessagesAnnotation).addNode('work', nothing).addEdge(START, 'work');
export const echoing = entrypoint('echoing', async ({ question }: { question: string }) => ({ answer: question }));

const Wide = Annotation.Root({ ...Input.spec, ...Output.spec });
const inner = new StateGraph(Input).addNode('think', nothing).addNode('tell', nothing).addEdge(START, 'think').addEdge('think', 'tell');
const middle = new StateGraph(Wide).addNode('deep', inner.compile()).addEdge(START, 'deep').compile();
const builder = new StateGraph(Wide);
const wide = builder
  .addNode('outer', middle)
  .addNode('outer2', inner.compile())
  .addNode('before', nothing, { metadata: { cost: 1 } });
wide.addEdge(START, 'before').addConditionalEdges('before', () => 'outer' as const, { go: 'outer', skip: 'outer2' });

/** Graphs two deep, named alike, of three states. */
export const nested = wide.compile({ interruptBefore: ['before'] });

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

class Counter {
  private secret = 1;
  protected inner = 2;
  readonly total: number = 3;
  add(by: number): number {
    return this.total + by + this.secret + this.inner;
  }
}

enum Level {
  Low = 'low',
  High = 'high',
}

/** Types whose form on the wire is not what is written. */
const Shapes = Annotation.Root({
  json: Annotation<Json>,
  counter: Annotation<Counter>,
  level: Annotation<Level | 3>,
  names: Annotation<Set<string>>,
  sizes: Annotation<Map<string, bigint>>,
  bytes: Annotation<Uint8Array>,
  id: Annotation<string & { readonly brand: 'id' }>,
  flag: Annotation<boolean | undefined>,
  tuple: Annotation<[first: string, ...rest: number[]]>,
});

export const shapes = new StateGraph(Shapes).addNode('work', nothing).addEdge(START, 'work');

/** Subgraphs that are all there is in another one, at several depths. */
export const deeper = new StateGraph(Wide)
  .addNode(
    'first',
    new StateGraph(Wide).addNode('start', nothing).addNode('middle', middle).addEdge(START, 'start').addEdge('start', 'middle').compile(),
  )
  .addNode('second', new StateGraph(Wide).addNode('middle', middle).addEdge(START, 'middle').compile())
  .addEdge(START, 'first')
  .addEdge('first', 'second');

/** How many graphs {@link make} has made; shared through the process, since graphs are loaded anew. */
const made = ((globalThis as { [MADE]?: { count: number } })[MADE] ??= { count: 0 });

/** A factory: `nodes` of the config name its nodes. */
export async function make({ configurable }: { configurable?: { nodes?: string[] } }) {
  made.count += 1;
  const names = configurable?.nodes ?? ['work'];
  if (names.includes('broken')) throw new Error('"broken" is no name.');
  const graph = new StateGraph(Input).addNode(names.map((name) => [name, nothing] as [string, () => object]));
  for (const [index, name] of names.entries()) graph.addEdge(names[index - 1] ?? START, name);
  return graph.compile();
}

/** No graph. */
export const settings = { cost: 1 };
