import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AppError, LeaseLost } from '../../src/domain/errors.js';
import type { EventDraft } from '../../src/domain/event.js';
import type { RunKwargs } from '../../src/domain/run-kwargs.js';
import { DURABILITIES, type StreamMode } from '../../src/domain/stream-mode.js';
import type { GraphCall } from '../../src/ports/graphs.js';
import { collectEvents, makeCall, serveGraphs, withNumberedIds } from '../support/graph-calls.js';
import { makeMemoryCheckpoints } from '../support/memory-checkpointer.js';
import { makeChattyGraph, makeRow, nest, type Step } from '../support/sample-graphs.js';

const LANGGRAPH_MODES = { VALUES: 'values', UPDATES: 'updates', MESSAGES_TUPLE: 'messages', CUSTOM: 'custom' } as const;
type DirectMode = keyof typeof LANGGRAPH_MODES;
const MODES = Object.keys(LANGGRAPH_MODES) as DirectMode[];

/** Every combination of modes but the empty one. */
const COMBINATIONS = Array.from({ length: 2 ** MODES.length - 1 }, (_, bits) => MODES.filter((_mode, index) => ((bits + 1) >> index) & 1));

describe.each([false, true])('with streamSubgraphs %s', (streamSubgraphs) => {
  test.each(COMBINATIONS.map((modes) => [modes.join(', '), modes] as const))(
    'the events of a run that streams %s equal what the graph emits when called directly',
    async (_name, modes) => {
      const kwargs = { input: { messages: [{ role: 'human', content: 'hello' }] }, streamModes: modes, streamSubgraphs };
      const call = makeCall({ kwargs });
      const events = await collectEvents(serveGraphs({ g: makeChattyGraph() }, makeMemoryCheckpoints().makeCheckpointer).run(call));
      expect(withNumberedIds(events)).toEqual(withNumberedIds(await callDirectly(call, modes)));
      for (const mode of modes) expect(events.map(({ kind }) => kind)).toContain(mode);
    },
  );

  test('MESSAGES tells each streamed message from its first token to its completion', async () => {
    const kwargs: Partial<RunKwargs> = {
      input: { messages: [{ role: 'human', content: 'hello' }] },
      streamModes: ['MESSAGES'],
      streamSubgraphs,
    };
    const { makeCheckpointer } = makeMemoryCheckpoints();
    const events = await collectEvents(serveGraphs({ g: makeChattyGraph() }, makeCheckpointer).run(makeCall({ kwargs })));
    const root = events.filter(({ namespace }) => namespace.length === 0);
    const [answer] = listMessages(root, 'MESSAGES_COMPLETE').filter(({ type }) => type === 'ai');
    const partials = listMessages(root, 'MESSAGES_PARTIAL').filter(({ id }) => id === answer?.id);
    expect(partials.map(({ content }) => content.length)).toEqual(partials.map(({ content }) => content.length).sort((a, b) => a - b));
    expect(partials.at(-1)?.content).toBe(answer?.content);
    expect(root.filter(({ kind, data }) => kind === 'MESSAGES_METADATA' && Object.keys(data as object)[0] === answer?.id)).toHaveLength(1);
    expect(events.some(({ namespace }) => namespace.length > 0)).toBe(streamSubgraphs);
  });
});

test('a run does not complete messages that its thread had before', async () => {
  const { makeCheckpointer } = makeMemoryCheckpoints();
  const graphs = serveGraphs({ g: makeChattyGraph() }, makeCheckpointer);
  const threadId = makeCall().threadId;
  const run = (content: string): Promise<EventDraft[]> =>
    collectEvents(
      graphs.run(makeCall({ threadId, kwargs: { input: { messages: [{ role: 'human', content }] }, streamModes: ['MESSAGES'] } })),
    );
  const first = listMessages(await run('hello'), 'MESSAGES_COMPLETE');
  const second = listMessages(await run('thank you'), 'MESSAGES_COMPLETE');
  expect(first.map(({ type }) => type)).toEqual(['human', 'ai', 'ai']);
  expect(second.map(({ type, content }) => [type, content])).toEqual([
    ['human', 'thank you'],
    ['ai', 'You are welcome.'],
    ['ai', expect.any(String)],
  ]);
});

describe.each(DURABILITIES)('with durability %s', (durability) => {
  test('no checkpoint is written before its barrier is released, at the root and below', async () => {
    const checkpoints = makeMemoryCheckpoints();
    const graphs = serveGraphs({ g: nest(makeRow({ a: null, b: null })) }, checkpoints.makeCheckpointer);
    let released = 0;
    for await (const output of graphs.run(makeCall({ kwargs: { input: {}, durability, streamModes: ['VALUES', 'UPDATES'] } }))) {
      if (output.kind !== 'barrier') continue;
      await takeTurns();
      expect(checkpoints.written).toHaveLength(released);
      released += 1;
      output.release();
      await takeTurns();
      expect(checkpoints.written).toHaveLength(released);
    }
    expect(released).toBe(durability === 'EXIT' ? 1 : 7);
  });

  test('what a step did is told before the barrier of its checkpoint', async () => {
    const graphs = serveGraphs({ g: makeRow({ a: null, b: null, c: null }) }, makeMemoryCheckpoints().makeCheckpointer);
    const told: string[] = [];
    for await (const output of graphs.run(makeCall({ kwargs: { input: {}, durability, streamModes: ['UPDATES'] } }))) {
      if (output.kind === 'event') told.push(...Object.keys(output.draft.data as object));
      if (output.kind !== 'barrier') continue;
      told.push('|');
      output.release();
    }
    expect(told.join('')).toBe(durability === 'EXIT' ? 'abc|' : '||a|b|c|');
  });

  test('a barrier that is released with an error ends the run with that error', async () => {
    const checkpoints = makeMemoryCheckpoints();
    const run = async (): Promise<void> => {
      for await (const output of serveGraphs({ g: makeRow({ a: null }) }, checkpoints.makeCheckpointer).run(
        makeCall({ kwargs: { input: {}, durability } }),
      )) {
        if (output.kind === 'barrier') output.release(new Error('the log is full'));
      }
    };
    await expect(run()).rejects.toThrow('the log is full');
    expect(checkpoints.written).toEqual([]);
  });

  test('a run whose lease is lost ends with LeaseLost, and no further node starts', async () => {
    const started: string[] = [];
    const checkpoints = makeMemoryCheckpoints();
    const lost = new LeaseLost('r', 1);
    const lose: Step = async (_state, { signal }) => {
      started.push('a');
      checkpoints.failWith(lost);
      // Long enough for a rejected write to be noticed by nobody, which would end the process.
      await takeTurns(signal);
    };
    const graphs = serveGraphs(
      { g: makeRow({ a: lose, b: () => void started.push('b'), c: () => void started.push('c') }) },
      checkpoints.makeCheckpointer,
    );
    await expect(collectEvents(graphs.run(makeCall({ kwargs: { input: {}, durability } })))).rejects.toBe(lost);
    expect(started).toEqual(durability === 'EXIT' ? ['a', 'b', 'c'] : ['a']);
  });
});

test('each checkpoint of the root graph is announced with its parent, after what led to it', async () => {
  const checkpoints = makeMemoryCheckpoints();
  const graphs = serveGraphs({ g: nest(makeRow({ a: null })) }, checkpoints.makeCheckpointer);
  const announced: (string | null)[][] = [];
  for await (const output of graphs.run(makeCall({ kwargs: { input: {}, streamSubgraphs: true } }))) {
    if (output.kind === 'barrier') output.release();
    if (output.kind === 'checkpoint') announced.push([output.checkpointId, output.parentCheckpointId]);
  }
  const ids = checkpoints.written.filter(({ namespace }) => namespace === '').map(({ checkpointId }) => checkpointId);
  expect(announced).toEqual(ids.map((id, index) => [id, ids[index - 1] ?? null]));
});

describe('a run ends with what the graph threw', () => {
  test.each([
    ['an Error', new RangeError('no')],
    ['an object', { message: 'no' }],
  ])('%s', async (_name, thrown) => {
    const graphs = serveGraphs({ g: makeRow({ a: null, b: throwing(thrown) }) }, makeMemoryCheckpoints().makeCheckpointer);
    const call = makeCall({ kwargs: { input: {} } });
    await expect(collectEvents(graphs.run(call))).rejects.toBe(thrown);
    expect(await graphs.readState(call)).toMatchObject({ values: { steps: ['a'] }, next: ['b'], interrupts: [] });
  });

  test.each(['text', 42, null, undefined])('an error that names it when it was %s, as LangGraph does', async (thrown) => {
    const graphs = serveGraphs({ g: makeRow({ a: throwing(thrown) }) }, makeMemoryCheckpoints().makeCheckpointer);
    await expect(collectEvents(graphs.run(makeCall({ kwargs: { input: {} } })))).rejects.toThrow(TypeError);
  });
});

test('a graph that is not loaded is GRAPH_NOT_FOUND', async () => {
  const graphs = serveGraphs({}, makeMemoryCheckpoints().makeCheckpointer);
  await expect(collectEvents(graphs.run(makeCall()))).rejects.toThrow(AppError);
  expect(graphs.has('g')).toBe(false);
});

describe.each(DURABILITIES)('an abort with durability %s', (durability) => {
  test('reaches the node, ends the run with its reason, and starts no further node', async () => {
    const abort = new AbortController();
    const started: string[] = [];
    const wait: Step = (_state, { signal }) => {
      started.push('a');
      abort.abort('enough');
      return new Promise((_resolve, reject) => {
        if (signal?.aborted) reject(new Error('stopped'));
        signal?.addEventListener('abort', () => reject(new Error('stopped')));
      });
    };
    const graphs = serveGraphs(
      { g: nest(makeRow({ a: wait, b: () => void started.push('b') })) },
      makeMemoryCheckpoints().makeCheckpointer,
    );
    await expect(collectEvents(graphs.run(makeCall({ abort: abort.signal, kwargs: { input: {}, durability } })))).rejects.toBe('enough');
    await takeTurns();
    expect(started).toEqual(['a']);
  });

  test('does not wait for a node that ignores its signal', async () => {
    const abort = new AbortController();
    let finish = (): void => undefined;
    const stubborn: Step = () => {
      abort.abort('enough');
      return new Promise<void>((resolve) => (finish = resolve));
    };
    const checkpoints = makeMemoryCheckpoints();
    const graphs = serveGraphs({ g: nest(makeRow({ a: stubborn, b: null })) }, checkpoints.makeCheckpointer);
    await expect(collectEvents(graphs.run(makeCall({ abort: abort.signal, kwargs: { input: {}, durability } })))).rejects.toBe('enough');
    const written = checkpoints.written.length;
    finish();
    await takeTurns();
    expect(checkpoints.written).toHaveLength(written);
  });

  test('comes from leaving the iteration too, and nothing is written after it', async () => {
    const started: string[] = [];
    const checkpoints = makeMemoryCheckpoints();
    const leave: Step = (_state, { writer, signal }) => {
      started.push('a');
      writer?.('leave now');
      return new Promise((resolve) => signal?.addEventListener('abort', () => resolve({ steps: ['a'] })));
    };
    const graphs = serveGraphs({ g: makeRow({ a: leave, b: () => void started.push('b') }) }, checkpoints.makeCheckpointer);
    for await (const output of graphs.run(makeCall({ kwargs: { input: {}, durability, streamModes: ['CUSTOM'] } }))) {
      if (output.kind === 'barrier') output.release();
      if (output.kind === 'event') break;
    }
    const { length } = checkpoints.written;
    await takeTurns();
    expect(checkpoints.written).toHaveLength(length);
    expect(started).toEqual(['a']);
  });
});

describe('a second attempt', () => {
  test('goes on from the run’s newest checkpoint, without doing again what is done', async () => {
    const done: string[] = [];
    const fail: Step = () => {
      done.push('b');
      if (done.length === 2) throw new Error('once');
    };
    const graphs = serveGraphs(
      { g: makeRow({ a: () => void done.push('a'), b: fail, c: () => void done.push('c') }) },
      makeMemoryCheckpoints().makeCheckpointer,
    );
    const call = makeCall({ kwargs: { input: {}, streamModes: ['UPDATES'] } });
    const checkpointIds: string[] = [];
    const first = (async () => {
      for await (const output of graphs.run(call)) {
        if (output.kind === 'barrier') output.release();
        if (output.kind === 'checkpoint') checkpointIds.push(output.checkpointId);
      }
    })();
    await expect(first).rejects.toThrow('once');
    const again: GraphCall = {
      ...call,
      fence: { ...call.fence, attempt: 2 },
      start: { kind: 'continue', checkpointId: checkpointIds.at(-1)! },
    };
    const events = await collectEvents(graphs.run(again));
    expect(done).toEqual(['a', 'b', 'b', 'c']);
    expect(events.map(({ data }) => data)).toEqual([{ b: { steps: ['b'] } }, { c: { steps: ['c'] } }]);
    expect(await graphs.readState(call)).toMatchObject({ values: { steps: ['a', 'b', 'c'] }, next: [] });
  });

  test('goes on from the run’s own checkpoint when the thread has a newer one', async () => {
    const checkpoints = makeMemoryCheckpoints();
    const graphs = serveGraphs({ g: makeRow({ a: null, b: null }) }, checkpoints.makeCheckpointer);
    const call = makeCall({ kwargs: { input: {} } });
    await collectEvents(graphs.run(call));
    const afterA = checkpoints.written.find(({ step }) => step === 1)!.checkpointId;
    const events = await collectEvents(
      graphs.run({ ...call, start: { kind: 'continue', checkpointId: afterA }, kwargs: { ...call.kwargs, streamModes: ['UPDATES'] } }),
    );
    expect(events.map(({ data }) => data)).toEqual([{ b: { steps: ['b'] } }]);
  });
});

describe('what a run asks for reaches the graph', () => {
  const seen = async (kwargs: Partial<RunKwargs>): Promise<Record<string, unknown>> => {
    let config: Record<string, unknown> = {};
    const look: Step = (_state, given) => void (config = { ...given });
    const graphs = serveGraphs({ g: makeRow({ a: look, b: null, c: null }) }, makeMemoryCheckpoints().makeCheckpointer);
    await collectEvents(graphs.run(makeCall({ kwargs: { input: {}, ...kwargs } })));
    return config;
  };

  test('configurable, tags, metadata and context', async () => {
    const config = await seen({
      config: { tags: ['t'], recursionLimit: null, configurable: { user: 'u', __pregel_checkpointer: 'mine', checkpoint_id: 'x' } },
      metadata: { m: 1, run_id: 'another' },
      context: { c: 1 },
    });
    expect(config).toMatchObject({
      tags: expect.arrayContaining(['t']) as unknown,
      context: { c: 1 },
      metadata: { m: 1 },
      configurable: { user: 'u' },
    });
    expect((config['metadata'] as Record<string, unknown>)['run_id']).not.toBe('another');
  });

  test('the recursion limit', async () => {
    const config = { tags: [], recursionLimit: 1, configurable: {} };
    await expect(seen({ config })).rejects.toThrow('Recursion limit of 1');
  });

  test('a graph’s own recursion limit holds while the run has none', async () => {
    const graphs = serveGraphs(
      { g: makeRow({ a: null, b: null, c: null }).withConfig({ recursionLimit: 1 }) },
      makeMemoryCheckpoints().makeCheckpointer,
    );
    await expect(collectEvents(graphs.run(makeCall({ kwargs: { input: {} } })))).rejects.toThrow('Recursion limit of 1');
  });

  test.each([
    [{ interruptBefore: ['b'] }, ['a'], ['b']],
    [{ interruptAfter: ['b'] }, ['a', 'b'], ['c']],
    [{ interruptBefore: ['*'] }, undefined, ['a']],
    [{ interruptAfter: ['*'] }, ['a'], ['b']],
  ] as const)('the breakpoints %j', async (breakpoints, steps, next) => {
    const graphs = serveGraphs({ g: makeRow({ a: null, b: null, c: null }) }, makeMemoryCheckpoints().makeCheckpointer);
    const call = makeCall({ kwargs: { input: {}, ...breakpoints } });
    const events = await collectEvents(graphs.run(call));
    expect(events.at(-1)?.data).toEqual({ __interrupt__: [] });
    expect(await graphs.readState(call)).toMatchObject({ values: { steps: steps ?? [] }, next, interrupts: [] });
  });

  test('the checkpoint to start from', async () => {
    const checkpoints = makeMemoryCheckpoints();
    const graphs = serveGraphs({ g: makeRow({ a: null, b: null }) }, checkpoints.makeCheckpointer);
    const call = makeCall({ kwargs: { input: {} } });
    await collectEvents(graphs.run(call));
    const { checkpointId } = checkpoints.written.find(({ step }) => step === 1)!;
    const replay = makeCall({
      threadId: call.threadId,
      kwargs: { checkpoint: { checkpointId, checkpointNs: '' }, streamModes: ['UPDATES'] },
    });
    expect((await collectEvents(graphs.run(replay))).map(({ data }) => data)).toEqual([{ b: { steps: ['b'] } }]);
  });
});

test('the state of a thread without a checkpoint is empty', async () => {
  const graphs = serveGraphs({ g: makeRow({ a: null }) }, makeMemoryCheckpoints().makeCheckpointer);
  expect(await graphs.readState(makeCall())).toEqual({ checkpointId: null, values: {}, next: [], interrupts: [] });
});

function throwing(thrown: unknown): Step {
  return () => {
    throw thrown;
  };
}

/** What `graph.stream` gives for the same call, by LangGraph Platform's own way of writing messages. */
async function callDirectly({ kwargs, threadId, fence }: GraphCall, modes: readonly DirectMode[]): Promise<EventDraft[]> {
  const { makeCheckpointer } = makeMemoryCheckpoints();
  const stream = (await makeChattyGraph().stream(kwargs.input as object, {
    streamMode: modes.map((mode) => LANGGRAPH_MODES[mode]),
    subgraphs: kwargs.streamSubgraphs,
    runId: fence.runId,
    metadata: { run_id: fence.runId, run_attempt: 1 },
    configurable: { thread_id: threadId, __pregel_checkpointer: makeCheckpointer({ threadId, fence: null }) },
  })) as unknown as AsyncIterable<readonly unknown[]>;
  const events: EventDraft[] = [];
  for await (const chunk of stream) {
    const [namespace, mode, payload] = (kwargs.streamSubgraphs ? chunk : [[], ...chunk]) as [string[], string, unknown];
    const kind = MODES.find((name) => LANGGRAPH_MODES[name] === mode)! satisfies StreamMode;
    events.push({
      kind,
      namespace: mode === 'messages' ? namespace.slice(0, -1) : namespace,
      data: JSON.parse(stringify(payload)) as null,
    });
  }
  return events;
}

function stringify(payload: unknown): string {
  return JSON.stringify(payload, function (this: Record<string, unknown>, key, value: unknown) {
    const raw = this[key] as { toDict?: () => { type: string; data: object } } | null;
    if (typeof raw?.toDict !== 'function') return value;
    const { type, data } = raw.toDict();
    return { ...data, type };
  });
}

interface WireMessage {
  readonly id: string;
  readonly type: string;
  readonly content: string;
}

function listMessages(events: readonly EventDraft[], kind: EventDraft['kind']): WireMessage[] {
  return events.filter((event) => event.kind === kind).flatMap(({ data }) => data as unknown as WireMessage[]);
}

/** Gives everything that can happen without anybody's help the time to happen. */
async function takeTurns(signal?: AbortSignal): Promise<void> {
  for (let turn = 0; turn < 20 && !signal?.aborted; turn += 1) await nextTurn();
}
