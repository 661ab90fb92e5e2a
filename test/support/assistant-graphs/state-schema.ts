import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MessagesValue, ReducedValue, START, StateGraph, StateSchema } from '@langchain/langgraph';
import { createAgent } from 'langchain';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';

/** A number in a library of one's own, by Standard Schema and Standard JSON Schema. */
const celsius = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: (value: unknown) => (typeof value === 'number' ? { value } : { issues: [{ message: 'must be a number' }] }),
    jsonSchema: {
      input: () => ({ type: 'number', minimum: -273.15 }),
      output: () => ({ type: 'number', minimum: -273.15 }),
    },
    types: undefined as { input: number; output: number } | undefined,
  },
};

/** The same without a JSON Schema. */
const untold = { '~standard': { ...celsius['~standard'], jsonSchema: undefined } };

const Tree = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree);
  },
});

const State = new StateSchema({
  messages: MessagesValue,
  step: z.string(),
  count: z.number().default(0),
  history: new ReducedValue(
    z.array(z.string()).default(() => []),
    { inputSchema: z.string(), reducer: (before: string[], added: string) => [...before, added] },
  ),
  warmth: celsius,
  unknown: untold as unknown as typeof celsius,
  old: z3.string().min(2) as unknown as z.ZodString,
  at: z.date(),
  tree: Tree,
});

export const state = new StateGraph(State).addNode('work', () => ({})).addEdge(START, 'work');

export const agent = createAgent({ model: new FakeListChatModel({ responses: ['yes'] }), tools: [] });
