import { Annotation, END, START, StateGraph } from '@langchain/langgraph';

const State = Annotation.Root({
  foo: Annotation<string>,
  bar: Annotation<string>,
  baz: Annotation<string>,
});

const builder = new StateGraph(State);

// LangGraph.js refuses a node that is called like a key of the state, which this graph wants to have: it does not see the keys while the
// nodes are added. A graph of yours is better off with different names.
const { channels } = builder;
builder.channels = {};
const withNodes = builder
  .addNode('foo', () => ({ foo: 'foo' }))
  .addNode('bar', (state) => {
    if (state.bar !== 'checked') throw new Error('Start me with { "bar": "checked" }.');
    return {};
  })
  .addNode('baz', () => ({ baz: 'baz' }));
builder.channels = channels;

export const graph = withNodes.addEdge(START, 'foo').addEdge('foo', 'bar').addEdge('bar', 'baz').addEdge('baz', END).compile();
