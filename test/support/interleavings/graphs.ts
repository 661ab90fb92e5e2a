import { setTimeout as wait } from 'node:timers/promises';
import { Annotation, interrupt, type LangGraphRunnableConfig, START, StateGraph } from '@langchain/langgraph';
import type { NodePlan } from './plan.js';
import { countStart } from './starts.js';

const list = () => Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] });
const State = Annotation.Root({
  /** `<run id>/<node>` of each step that was completed, and what state updates added. */
  steps: list(),
  nodes: Annotation<readonly NodePlan[]>,
});

/** Waits, and ends as its run's input says; the name of the step that it was. */
async function work(name: string, plan: NodePlan | undefined, { configurable, signal }: LangGraphRunnableConfig): Promise<string> {
  const runId = String(configurable?.['run_id']);
  countStart(runId);
  if (plan) await wait(plan.waitMs, undefined, plan.isDeaf || !signal ? {} : { signal });
  if (plan?.ending === 'throw') throw new Error('This step was planned to fail.');
  if (plan?.ending === 'ask') interrupt(name);
  return `${runId}/${name}`;
}

const step = (name: string, index: number) => async (state: typeof State.State, config: LangGraphRunnableConfig) => ({
  steps: [await work(name, state.nodes[index], config)],
});

export const plain = new StateGraph(State).addNode('a', step('a', 0)).addNode('b', step('b', 1)).addEdge(START, 'a').addEdge('a', 'b');

const Inner = Annotation.Root({ trail: list(), nodes: Annotation<readonly NodePlan[]> });
const innerStep = (name: string, index: number) => async (state: typeof Inner.State, config: LangGraphRunnableConfig) => ({
  trail: [await work(name, state.nodes[index], config)],
});
const inner = new StateGraph(Inner)
  .addNode('b', innerStep('b', 1))
  .addNode('c', innerStep('c', 2))
  .addEdge(START, 'b')
  .addEdge('b', 'c')
  .compile();

/** Its subgraph takes checkpoints of its own. */
export const nested = new StateGraph(State)
  .addNode('a', step('a', 0))
  .addNode('sub', async ({ nodes }, config) => ({ steps: (await inner.invoke({ nodes }, config)).trail }))
  .addEdge(START, 'a')
  .addEdge('a', 'sub');
