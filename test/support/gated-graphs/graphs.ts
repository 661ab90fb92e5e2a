import { Annotation, interrupt, type LangGraphRunnableConfig, START, StateGraph } from '@langchain/langgraph';
import { getGates } from '../gates.js';

const Steps = Annotation.Root({
  steps: Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});

/** A node that waits at the gate `<run id>/<name>`, and gives up when it is told to stop. */
const gated = (name: string) => async (_state: typeof Steps.State, config: LangGraphRunnableConfig) => {
  const stopped = new Promise<never>((_resolve, reject) => {
    config.signal?.addEventListener('abort', () => reject(config.signal?.reason as Error), { once: true });
  });
  await Promise.race([getGates().pass(gateOf(config, name)), stopped]);
  return { steps: [name] };
};

/** As {@link gated}, deaf to every signal. */
const stubborn = (name: string) => async (_state: typeof Steps.State, config: LangGraphRunnableConfig) => {
  await getGates().pass(gateOf(config, name));
  return { steps: [name] };
};

function gateOf({ configurable }: LangGraphRunnableConfig, name: string): string {
  return `${String(configurable?.['run_id'])}/${name}`;
}

export const steps = new StateGraph(Steps)
  .addNode('one', gated('one'))
  .addNode('two', gated('two'))
  .addNode('three', gated('three'))
  .addEdge(START, 'one')
  .addEdge('one', 'two')
  .addEdge('two', 'three');

export const deaf = new StateGraph(Steps)
  .addNode('one', stubborn('one'))
  .addNode('two', gated('two'))
  .addEdge(START, 'one')
  .addEdge('one', 'two');

const inner = new StateGraph(Steps)
  .addNode('in', () => ({ steps: ['in'] }))
  .addNode('gate', gated('inner'))
  .addEdge(START, 'in')
  .addEdge('in', 'gate');

/** Asks, then works in a subgraph and beside it. */
export const asking = new StateGraph(Steps)
  .addNode('ask', () => ({ steps: [`ask:${String(interrupt('go on?'))}`] }))
  .addNode('sub', inner.compile())
  .addNode('beside', () => ({ steps: ['beside'] }))
  .addNode('last', gated('last'))
  .addEdge(START, 'ask')
  .addEdge('ask', 'sub')
  .addEdge('ask', 'beside')
  .addEdge(['sub', 'beside'], 'last');

/** Asks, and waits at a gate in the very node that got the answer. */
const asked = (name: string) => async (state: typeof Steps.State, config: LangGraphRunnableConfig) => {
  const answer = String(interrupt(`${name}?`));
  await gated(name)(state, config);
  return { steps: [`${name}:${answer}`] };
};

export const pausing = new StateGraph(Steps)
  .addNode('first', () => ({ steps: ['first'] }))
  .addNode('ask', asked('ask'))
  .addNode('last', gated('last'))
  .addEdge(START, 'first')
  .addEdge('first', 'ask')
  .addEdge('ask', 'last');

const deepest = new StateGraph(Steps)
  .addNode('in', () => ({ steps: ['in'] }))
  .addNode('ask', asked('deep'))
  .addEdge(START, 'in')
  .addEdge('in', 'ask');

/** The same in a subgraph, with another question beside it. */
export const fan = new StateGraph(Steps)
  .addNode('sub', deepest.compile())
  .addNode('side', asked('side'))
  .addNode('join', gated('join'))
  .addEdge(START, 'sub')
  .addEdge(START, 'side')
  .addEdge(['sub', 'side'], 'join');

/** Waits, and throws. */
export const failing = new StateGraph(Steps)
  .addNode('one', () => ({ steps: ['one'] }))
  .addNode('two', async (state: typeof Steps.State, config: LangGraphRunnableConfig) => {
    await gated('two')(state, config);
    throw new Error('this node never works');
  })
  .addEdge(START, 'one')
  .addEdge('one', 'two');
