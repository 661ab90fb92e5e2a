import { setTimeout as wait } from 'node:timers/promises';
import { Annotation, END, type LangGraphRunnableConfig, START, StateGraph } from '@langchain/langgraph';

const State = Annotation.Root({
  /** How many steps to take, and how long each one takes. */
  steps: Annotation<number>,
  delayMs: Annotation<number>,
  /** The steps taken so far: 1, 2, 3, … */
  done: Annotation<number[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});

type Settings = Partial<Pick<typeof State.State, 'steps' | 'delayMs'>>;

const DEFAULTS = { steps: 5, delayMs: 1_000 };

/** `steps` and `delayMs` may stand in the run's input, its context or its `config.configurable`; the first one found counts. */
function settingsOf(state: Settings, config: LangGraphRunnableConfig): Required<Settings> {
  const context: Settings = config.context ?? {};
  const configurable: Settings = config.configurable ?? {};
  return {
    steps: state.steps ?? context.steps ?? configurable.steps ?? DEFAULTS.steps,
    delayMs: state.delayMs ?? context.delayMs ?? configurable.delayMs ?? DEFAULTS.delayMs,
  };
}

async function step(state: typeof State.State, config: LangGraphRunnableConfig): Promise<typeof State.Update> {
  const next = state.done.length + 1;
  // What a node writes here reaches those who watch the run with CUSTOM.
  config.writer?.({ step: next, of: settingsOf(state, config).steps });
  // The signal fires when the run is stopped: pass it on to whatever waits, or the node goes on for nobody.
  await wait(settingsOf(state, config).delayMs, undefined, { signal: config.signal });
  return { done: [next] };
}

export const graph = new StateGraph(State)
  .addNode('step', step)
  .addConditionalEdges(START, chooseNext, ['step', END])
  .addConditionalEdges('step', chooseNext, ['step', END])
  .compile();

function chooseNext(state: typeof State.State, config: LangGraphRunnableConfig): 'step' | typeof END {
  return state.done.length < settingsOf(state, config).steps ? 'step' : END;
}
