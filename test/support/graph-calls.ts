import { InMemoryStore } from '@langchain/langgraph-checkpoint';
import { v7 as uuid7 } from 'uuid';
import type { EventDraft } from '../../src/domain/event.js';
import type { RunKwargs } from '../../src/domain/run-kwargs.js';
import { findGraph } from '../../src/langgraph/call/runnable-graph.js';
import type { MakeCheckpointer } from '../../src/langgraph/checkpointer/make-checkpointer.js';
import { makeGraphs } from '../../src/langgraph/graphs.js';
import type { GraphCall, GraphOutput, Graphs } from '../../src/ports/graphs.js';

/** Graphs as the server has them, made of what a file would export instead of from files. */
export function serveGraphs(exported: Readonly<Record<string, unknown>>, makeCheckpointer: MakeCheckpointer): Graphs {
  const graphs = Object.entries(exported).map(([graphId, value]) => {
    const graph = findGraph(value);
    if (!graph) throw new Error(`${graphId} is no graph.`);
    return [
      graphId,
      { graphId, description: null, file: import.meta.filename, exportName: graphId, open: () => Promise.resolve(graph) },
    ] as const;
  });
  return makeGraphs({ loaded: { graphs: new Map(graphs) }, makeCheckpointer, makeStore: () => new InMemoryStore() });
}

export type CallRequest = Partial<Omit<GraphCall, 'kwargs'>> & { readonly kwargs?: Partial<RunKwargs> };

/** A call of graph `g` that asks for nothing but what is given. */
export function makeCall({ kwargs, ...call }: CallRequest = {}): GraphCall {
  return {
    tenantId: 'default',
    graphId: 'g',
    threadId: uuid7(),
    fence: { runId: uuid7(), attempt: 1 },
    start: { kind: 'start' },
    abort: new AbortController().signal,
    ...call,
    kwargs: {
      input: null,
      command: null,
      config: { tags: [], recursionLimit: null, configurable: {} },
      context: null,
      metadata: {},
      streamModes: ['VALUES'],
      streamSubgraphs: false,
      streamResumable: true,
      checkpoint: null,
      interruptBefore: null,
      interruptAfter: null,
      durability: 'ASYNC',
      feedbackKeys: null,
      ...kwargs,
    },
  };
}

/** The events of a call; releases each barrier at once. */
export async function collectEvents(outputs: AsyncIterable<GraphOutput>): Promise<EventDraft[]> {
  const events: EventDraft[] = [];
  for await (const output of outputs) {
    if (output.kind === 'barrier') output.release();
    if (output.kind === 'event') events.push(output.draft);
  }
  return events;
}

/** The ids of interrupts have no dashes. */
const UUID = /[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}/g;

/** A copy in which every UUID is replaced by its number in order of appearance: two runs of one graph differ in nothing else. */
export function withNumberedIds<Value>(value: Value): Value {
  const numbers = new Map<string, number>();
  const text = JSON.stringify(value).replace(UUID, (id) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
    return `#${numbers.get(id)}`;
  });
  return JSON.parse(text) as Value;
}
