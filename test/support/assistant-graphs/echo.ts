import { Annotation, type LangGraphRunnableConfig, START, StateGraph } from '@langchain/langgraph';

const Seen = Annotation.Root({ seen: Annotation<Record<string, unknown>> });

/** What it was called with, as its only value. */
function see(_state: typeof Seen.State, { configurable = {}, context, metadata, tags }: LangGraphRunnableConfig): typeof Seen.Update {
  const own = Object.entries(configurable).filter(([key]) => !key.startsWith('__'));
  return { seen: { configurable: Object.fromEntries(own), context, metadata, tags } };
}

export const echo = new StateGraph(Seen).addNode('see', see).addEdge(START, 'see');

/** As {@link echo}, under another name. */
export const other = new StateGraph(Seen).addNode('see', see).addEdge(START, 'see');
