import { Annotation, END, START, StateGraph } from '@langchain/langgraph';

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});

/** The first node's work stays in the thread; the run ends in ERROR with what the second one threw. */
export const graph = new StateGraph(State)
  .addNode('works', () => ({ log: ['works'] }))
  .addNode('fails', () => {
    throw new RangeError('This node always fails.');
  })
  .addEdge(START, 'works')
  .addEdge('works', 'fails')
  .addEdge('fails', END)
  .compile();
