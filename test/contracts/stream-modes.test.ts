import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { graph as agent } from '../../examples/graphs/agent.js';
import { graph as threeNodes } from '../../examples/graphs/test-agent.js';
import type { EventDraft } from '../../src/domain/event.js';
import { canonicalJson } from '../../src/domain/json.js';
import { DURABILITIES, STREAM_MODES, type StreamMode } from '../../src/domain/stream-mode.js';
import type { GraphCall } from '../../src/ports/graphs.js';
import { DIRECT_MODES, type DirectGraph, streamDirectly, traceDirectly } from '../support/direct-call.js';
import { makeCall, serveGraphs, withNumberedIds } from '../support/graph-calls.js';
import { makeMemoryCheckpoints } from '../support/memory-checkpointer.js';
import { asking, makeChainGraph, makeChattyGraph, makeFan, makeRow, makeToolGraph, nest, type Step } from '../support/sample-graphs.js';

const fail: Step = () => {
  throw new RangeError('never works');
};
const question = (content: string): object => ({ messages: [{ role: 'user', content }] });

const GRAPHS: Readonly<Record<string, { readonly make: () => unknown; readonly input?: object }>> = {
  'three nodes in a row': { make: () => threeNodes, input: { bar: 'checked' } },
  'an agent with a tool': { make: () => agent, input: question('How is the weather in Oslo?') },
  'tools that yield, and that throw': { make: makeToolGraph, input: { messages: [] } },
  'a chat in a chat': { make: makeChattyGraph, input: question('hello') },
  'everything that can be traced': { make: makeChainGraph },
  'nodes side by side': { make: () => makeFan({ a: () => ({ steps: ['a'] }), b: () => undefined }) },
  'a graph in a graph': { make: () => nest(makeRow({ a: null, b: null })) },
  'a graph that fails': { make: () => makeRow({ a: null, b: fail, c: null }) },
  'a graph that fails two deep': { make: () => nest(makeRow({ a: fail })) },
  'a graph that asks': { make: () => makeRow({ a: null, b: asking('b'), c: null }) },
  'a graph that asks two deep': { make: () => nest(makeRow({ a: asking('a') })) },
};
const NAMES = Object.keys(GRAPHS);

function callOf(name: string, kwargs: Partial<GraphCall['kwargs']>): { graph: DirectGraph; call: GraphCall } {
  const { make, input = {} } = GRAPHS[name]!;
  const config = { tags: ['mine'], recursionLimit: null, configurable: { model: 'scripted', tokenDelayMs: 0 } };
  return { graph: make() as DirectGraph, call: makeCall({ kwargs: { input: input as never, config, metadata: { m: 1 }, ...kwargs } }) };
}

/** The events of a call, and what it threw. */
async function serve(graph: DirectGraph, call: GraphCall): Promise<{ events: EventDraft[]; thrown: unknown }> {
  const events: EventDraft[] = [];
  try {
    for await (const output of serveGraphs({ g: graph }, makeMemoryCheckpoints().makeCheckpointer).run(call)) {
      if (output.kind === 'barrier') output.release();
      if (output.kind === 'event') events.push(output.draft);
    }
    return { events, thrown: null };
  } catch (error) {
    return { events, thrown: error };
  }
}

describe.each([true, false])('with streamSubgraphs %s', (streamSubgraphs) => {
  describe.each(NAMES)('%s', (name) => {
    const order = name === 'nodes side by side' ? byNode : (events: readonly EventDraft[]) => events;

    test('with all modes at once tells what LangGraph tells when it is called directly, in the same order', async () => {
      const { graph, call } = callOf(name, { streamModes: STREAM_MODES, streamSubgraphs });
      const { events } = await serve(graph, call);
      const direct = events.filter(({ kind }) => DIRECT_MODES.some((mode) => mode === kind));
      expect(comparable(direct)).toEqual(comparable(await streamDirectly(graph, call, DIRECT_MODES)));
      const traced = events.filter(({ kind }) => kind === 'EVENTS');
      expect(comparable(order(traced))).toEqual(comparable(order(await traceDirectly(graph, call, DIRECT_MODES))));
    });

    test.each(DIRECT_MODES)('with %s alone tells exactly that', async (mode) => {
      const { graph, call } = callOf(name, { streamModes: [mode], streamSubgraphs });
      const { events } = await serve(graph, call);
      expect(comparable(events)).toEqual(comparable(await streamDirectly(graph, call, [mode])));
    });

    test('with EVENTS alone tells exactly that', async () => {
      const { graph, call } = callOf(name, { streamModes: ['EVENTS'], streamSubgraphs });
      const { events } = await serve(graph, call);
      expect(comparable(order(events))).toEqual(comparable(order(await traceDirectly(graph, call))));
    });
  });
});

describe.each(DURABILITIES)('with durability %s', (durability) => {
  test('the three nodes tell three states, three updates, six task events and six debug events of tasks', async () => {
    const { graph, call } = callOf('three nodes in a row', { streamModes: STREAM_MODES, durability });
    const { events } = await serve(graph, call);
    const of = (kind: string): unknown[] => events.filter((event) => event.kind === kind).map(({ data }) => data);
    expect(of('VALUES')).toEqual([{ bar: 'checked' }, { foo: 'foo', bar: 'checked' }, { foo: 'foo', bar: 'checked', baz: 'baz' }]);
    expect(of('UPDATES')).toEqual([{ foo: { foo: 'foo' } }, { bar: {} }, { baz: { baz: 'baz' } }]);
    expect(of('TASKS')).toMatchObject([
      { name: 'foo', input: { bar: 'checked' }, triggers: ['branch:to:foo'], interrupts: [] },
      { name: 'foo', result: { foo: 'foo' }, interrupts: [] },
      { name: 'bar', input: { foo: 'foo', bar: 'checked' } },
      { name: 'bar', result: {} },
      { name: 'baz' },
      { name: 'baz', result: { baz: 'baz' } },
    ]);
    expect(of('CHECKPOINTS')).toHaveLength(5);
    const types = (of('DEBUG') as { type: string; step: number }[]).map(({ type, step }) => `${type} ${step}`);
    expect(types.filter((type) => type.startsWith('task'))).toEqual([1, 2, 3].flatMap((step) => [`task ${step}`, `task_result ${step}`]));
    expect(types.filter((type) => type.startsWith('checkpoint'))).toEqual([-1, 0, 1, 2, 3].map((step) => `checkpoint ${step}`));
  });

  test('the checkpoints are those that are written, and with EXIT have no id before that', async () => {
    const checkpoints = makeMemoryCheckpoints();
    const call = makeCall({ kwargs: { input: {}, streamModes: ['CHECKPOINTS'], durability } });
    const told: unknown[] = [];
    for await (const output of serveGraphs({ g: makeRow({ a: null }) }, checkpoints.makeCheckpointer).run(call)) {
      if (output.kind === 'barrier') output.release();
      if (output.kind === 'event') told.push((output.draft.data as { checkpoint: { checkpoint_id: unknown } }).checkpoint.checkpoint_id);
    }
    const written = checkpoints.written.map(({ checkpointId }) => checkpointId);
    expect(told).toEqual(durability === 'EXIT' ? [null, null, null] : written);
  });

  test.each(['a graph that fails', 'a graph that fails two deep'])('%s tells everything before it fails, and why', async (name) => {
    const { graph, call } = callOf(name, { streamModes: STREAM_MODES, streamSubgraphs: true, durability });
    const { events, thrown } = await serve(graph, call);
    expect(thrown).toBeInstanceOf(RangeError);
    const ends = events.filter(({ kind, data }) => kind === 'TASKS' && !('input' in (data as object)));
    const failed = ends.filter(({ data }) => 'error' in (data as object));
    expect(failed.at(-1)?.data).toEqual({
      id: expect.any(String) as string,
      name: name.endsWith('deep') ? 'outer' : 'b',
      interrupts: [],
      error: 'never works',
    });
    expect(failed).toHaveLength(name.endsWith('deep') ? 2 : 1);
    const debugged = events.filter(({ kind, data }) => kind === 'DEBUG' && (data as { type: string }).type === 'task_result');
    expect(debugged.map(({ data }) => (data as { payload: unknown }).payload)).toEqual(ends.map(({ data }) => data));
  });

  test('what was traced of a step is told before the barrier of its checkpoint', async () => {
    const graphs = serveGraphs({ g: makeRow({ a: null, b: null }) }, makeMemoryCheckpoints().makeCheckpointer);
    const told: string[] = [];
    for await (const output of graphs.run(makeCall({ kwargs: { input: {}, durability, streamModes: ['EVENTS'] } }))) {
      if (output.kind === 'event') {
        const { event, name } = output.draft.data as { event: string; name: string };
        told.push(`${name === 'LangGraph' ? '' : name}${event.endsWith('start') ? '(' : ')'}`);
      }
      if (output.kind !== 'barrier') continue;
      told.push('|');
      output.release();
    }
    expect(told.join(' ')).toBe(durability === 'EXIT' ? '( a( a) b( b) | )' : '( | | a( a) | b( b) | )');
  });
});

describe.each(DURABILITIES)('with durability %s a task', (durability) => {
  const endsOf = async (graph: unknown): Promise<unknown[]> => {
    const { events } = await serve(graph as DirectGraph, makeCall({ kwargs: { input: {}, streamModes: ['TASKS'], durability } }));
    return events.map(({ data }) => data).filter((data) => !('input' in (data as object)));
  };

  test('that failed at first and works at another try has not failed', async () => {
    let tries = 0;
    const flaky: Step = () => {
      tries += 1;
      if (tries === 1) throw new Error('not yet');
    };
    expect(await endsOf(makeRow({ a: flaky }, { retryPolicy: { initialInterval: 1, jitter: false, logWarning: false } }))).toEqual([
      { id: expect.any(String) as string, name: 'a', result: { steps: ['a'] }, interrupts: [] },
    ]);
    expect(tries).toBe(2);
  });

  test('that failed beside one that goes on has failed', async () => {
    const goOn: Step = async () => {
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      return { steps: ['slow'] };
    };
    expect(await endsOf(makeFan({ bad: fail, slow: goOn }))).toMatchObject([{ name: 'bad', error: 'never works' }, { name: 'slow' }]);
  });

  test('that asks has not failed', async () => {
    expect(await endsOf(makeRow({ a: asking('a') }))).toMatchObject([{ name: 'a', result: {}, interrupts: [{ value: 'a 1?' }] }]);
  });
});

test('a trace tells of chains, prompts, models old and new, parsers, retrievers and own events', async () => {
  const { graph, call } = callOf('everything that can be traced', { streamModes: ['EVENTS'] });
  const { events } = await serve(graph, call);
  const traced = new Set(events.map(({ data }) => (data as { event: string }).event));
  for (const type of ['chain', 'prompt', 'chat_model', 'llm', 'parser', 'retriever']) expect(traced).toContain(`on_${type}_end`);
  for (const type of ['chat_model', 'llm', 'parser']) expect(traced).toContain(`on_${type}_stream`);
  expect(traced).toContain('on_custom_event');
});

test('a graph is run once, whatever it streams', async () => {
  const ran: string[] = [];
  const graph = makeRow({ a: () => void ran.push('a'), b: () => void ran.push('b') });
  await serve(graph, makeCall({ kwargs: { input: {}, streamModes: STREAM_MODES } }));
  expect(ran).toEqual(['a', 'b']);
});

test('tokens tagged nostream and events tagged langsmith:hidden are not told', async () => {
  const { graph, call } = callOf('a chat in a chat', {
    streamModes: ['EVENTS', 'MESSAGES_TUPLE'] satisfies StreamMode[],
    streamSubgraphs: true,
  });
  const { events } = await serve(graph, call);
  const traced = events
    .filter(({ kind }) => kind === 'EVENTS')
    .map(({ data }) => data as { event: string; tags: string[]; metadata: { langgraph_node?: string } });
  const mute = traced.filter(({ metadata }) => metadata.langgraph_node === 'mute').map(({ event }) => event);
  expect(mute).toEqual(['on_chain_start', 'on_chat_model_start', 'on_chat_model_end', 'on_chain_end']);
  expect(traced.flatMap(({ tags }) => tags)).not.toContain('langsmith:hidden');
  expect(traced.map(({ event }) => event)).toContain('on_chat_model_stream');
});

/** Two calls of one graph differ in their ids and times; and only we tell why a task failed. */
function comparable(events: readonly EventDraft[]): unknown {
  // A tool's message gets this id a moment after it was told: whether it is there depends on who reads faster.
  const sorted = JSON.parse(canonicalJson(events).replace(/"id":"run-[^"]*-tool-[^"]*",/g, '')) as EventDraft[];
  const text = JSON.stringify(withNumberedIds(sorted))
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"now"')
    // Whether a message is called by its run or by a number of its own depends on there being any callback handler.
    .replace(/"run-(#\d+)"/g, '"$1"');
  return (JSON.parse(text) as EventDraft[]).map((event) => ({ ...event, data: withoutError(event) }));
}

/** What is traced of nodes that run at once mixes as it happens: here one node after the other. */
function byNode(events: readonly EventDraft[]): readonly EventDraft[] {
  const nodeOf = ({ data }: EventDraft): string =>
    String((data as { metadata: { langgraph_node?: string } }).metadata.langgraph_node ?? '');
  return [...events].sort((a, b) => nodeOf(a).localeCompare(nodeOf(b)));
}

function withoutError({ kind, data }: EventDraft): unknown {
  if (kind === 'TASKS') return endWithoutError(data as TaskEnd);
  if (kind === 'TOOLS') return { ...(data as object), error: undefined };
  if (kind !== 'DEBUG') return data;
  const { payload, ...rest } = data as unknown as { payload: TaskEnd };
  return { ...rest, payload: 'values' in payload ? payload : endWithoutError(payload) };
}

interface TaskEnd {
  readonly error?: string;
  readonly result?: unknown;
}

function endWithoutError({ error, ...task }: TaskEnd): unknown {
  return error === undefined ? task : { ...task, result: {} };
}
