import { AIMessage } from '@langchain/core/messages';
import {
  Annotation,
  DeltaValue,
  interrupt,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
  StateSchema,
} from '@langchain/langgraph';
import { z } from 'zod';

// Not compiled: the server compiles them for itself, and a test with the saver that it compares with.

const Steps = Annotation.Root({
  steps: Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});

const add = (name: string) => () => ({ steps: [name] });
const ask = (name: string) => () => ({ steps: [`${name}:${String(interrupt(`${name}?`))}`] });

/** Repeats what it was told, so that an edited message gets another answer. */
export const chat = new StateGraph(MessagesAnnotation)
  .addNode('answer', ({ messages }) => ({ messages: [new AIMessage(`You said: ${messages.at(-1)?.text}`)] }))
  .addEdge(START, 'answer');

export const review = new StateGraph(Steps)
  .addNode('draft', add('draft'))
  .addNode('approve', ask('approve'))
  .addNode('send', add('send'))
  .addEdge(START, 'draft')
  .addEdge('draft', 'approve')
  .addEdge('approve', 'send');

const innermost = new StateGraph(Steps).addNode('think', add('think')).addNode('ask', ask('ask')).addEdge(START, 'think');
const inner = new StateGraph(Steps).addNode('deep', innermost.addEdge('think', 'ask').compile()).addEdge(START, 'deep');

/** A question two graphs deep. */
export const nested = new StateGraph(Steps)
  .addNode('before', add('before'))
  .addNode('outer', inner.compile())
  .addEdge(START, 'before')
  .addEdge('before', 'outer');

/** Two questions at once. */
export const fan = new StateGraph(Steps)
  .addNode('left', ask('left'))
  .addNode('right', ask('right'))
  .addNode('join', add('join'))
  .addEdge(START, 'left')
  .addEdge(START, 'right')
  .addEdge(['left', 'right'], 'join');

export const failing = new StateGraph(Steps)
  .addNode('good', add('good'))
  .addNode('bad', () => {
    throw new Error('this node never works');
  })
  .addEdge(START, 'good')
  .addEdge('good', 'bad');

/** Two questions, one after the other, in one node. */
export const twice = new StateGraph(Steps)
  .addNode('ask', () => ({ steps: [`${String(interrupt('first?'))}, ${String(interrupt('second?'))}`] }))
  .addNode('done', add('done'))
  .addEdge(START, 'ask')
  .addEdge('ask', 'done');

/** Asks, and once it has been answered does not end before it is stopped. */
export const stuck = new StateGraph(Steps)
  .addNode('draft', add('draft'))
  .addNode('ask', async (_state, config: LangGraphRunnableConfig) => {
    config.writer?.(`answered: ${String(interrupt('go?'))}`);
    await new Promise((_resolve, reject) => config.signal?.addEventListener('abort', reject));
    return {};
  })
  .addEdge(START, 'draft')
  .addEdge('draft', 'ask');

const deltas = (snapshotFrequency: number) =>
  new DeltaValue(
    z.array(z.string()).default(() => []),
    { reducer: (list: string[], writes: string[][]) => [...list, ...writes.flat()], snapshotFrequency },
  );

/** Two lists that LangGraph keeps as deltas, with a whole copy of each now and then. */
export const ledger = new StateGraph(new StateSchema({ often: deltas(3), seldom: deltas(8) }))
  .addNode('book', ({ often }) => ({ often: [`entry ${often.length}`] }))
  .addNode('sum', ({ often, seldom }) => ({ seldom: [`sum ${seldom.length} of ${often.length}`] }))
  .addEdge(START, 'book')
  .addEdge('book', 'sum');

const Hoard = Annotation.Root({
  steps: Annotation<string[]>({
    reducer: (before, added) => {
      before.push(...added);
      return before;
    },
    default: () => [],
  }),
});

/** Its reducer changes the very list that it is given. */
export const hoard = new StateGraph(Hoard)
  .addNode('first', add('first'))
  .addNode('second', add('second'))
  .addEdge(START, 'first')
  .addEdge('first', 'second');

const chosen = (choice: string) => () => ({ steps: [choice], choice });

/** Two nodes set at once what only one may set in a step. */
export const clash = new StateGraph(Annotation.Root({ ...Steps.spec, choice: Annotation<string> }))
  .addNode('left', chosen('left'))
  .addNode('right', chosen('right'))
  .addEdge(START, 'left')
  .addEdge(START, 'right');
