import { MessagesZodMeta, MessagesZodState, START, StateGraph } from '@langchain/langgraph';
import { registry } from '@langchain/langgraph/zod';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';

// JavaScript: nothing but the graphs themselves can tell their types.

const graphOf = (...types) => new StateGraph(...types).addNode('work', () => ({})).addEdge(START, 'work');
const append = (before, added) => [...before, added];

const Four = z.object({
  topic: z.string().describe('what it is about'),
  count: z.number().default(3),
  note: z.string().optional(),
  list: z.array(z.string()).register(registry, { reducer: { fn: append, schema: z.string() } }),
});

/** A Zod 4 state with a reducer, and a context. */
export const four = graphOf(Four, z.object({ model: z.enum(['small', 'big']) }));

/** The same with an own input and output. */
export const narrowFour = graphOf({ state: Four, input: z.object({ topic: z.string() }), output: z.object({ list: z.array(z.string()) }) });

/** A Zod 3 state with a reducer, and a context. */
export const three = graphOf(
  z3.object({ topic: z3.string(), list: z3.array(z3.string()).langgraph.reducer(append, z3.string()) }),
  z3.object({ model: z3.string() }),
);

export const chatThree = graphOf(MessagesZodState);

const Tree = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree);
  },
});

/** What LangGraph's own conversion gives up on: a custom type, a date, and a type that contains itself. */
export const odd = graphOf(
  z.object({ messages: z.custom().register(registry, MessagesZodMeta), at: z.date(), tree: Tree, topic: z.string() }),
);
