import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STREAM_MODES, type StreamMode } from '../../src/domain/stream-mode.js';
import { ask, codesOf, openSocket, send } from '../support/client.js';
import { ALL_EVENT_FIELDS, type AnyEvent, EVENT_FRAGMENTS } from '../support/event-fields.js';
import { MODE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const CREATE_RUN = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId streamModes kwargs } } }';
const FOLLOW = `subscription ($runId: ID!, $modes: [StreamMode!], $subgraphs: Boolean) {
  runEvents(runId: $runId, modes: $modes, subgraphs: $subgraphs) { ${ALL_EVENT_FIELDS} }
} ${EVENT_FRAGMENTS}`;

/** What each mode's events are called. */
const TYPES: Readonly<Record<StreamMode, string>> = {
  VALUES: 'RunValuesEvent',
  UPDATES: 'RunUpdatesEvent',
  MESSAGES: 'RunMessagesEvent',
  MESSAGES_TUPLE: 'RunMessageChunkEvent',
  TASKS: 'RunTaskEvent',
  CHECKPOINTS: 'RunCheckpointEvent',
  DEBUG: 'RunDebugEvent',
  CUSTOM: 'RunCustomEvent',
  EVENTS: 'RunTraceEvent',
  TOOLS: 'RunToolEvent',
};

/** Graphs that, between them, emit events of every mode. */
const INPUTS: Readonly<Record<string, object>> = {
  three: { bar: 'checked' },
  agent: { messages: [{ role: 'user', content: 'How is the weather in Oslo?' }] },
  tools: { messages: [] },
  nested: {},
  failing: {},
  planned: {},
};
const PLAN = [{ kind: 'graph', plan: [{ kind: 'fan', works: ['custom', 'tokens'] }] }];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: MODE_GRAPHS });
});
afterAll(() => server.close());

interface Created {
  readonly createRun: { readonly run: { readonly id: string; readonly threadId: string; readonly kwargs: Record<string, unknown> } };
}

async function createRun(assistantId: string, options: object = {}): Promise<Created['createRun']['run']> {
  const config = { configurable: { model: 'scripted', tokenDelayMs: 0, plan: PLAN } };
  const input = { assistantId, input: INPUTS[assistantId], config, streamSubgraphs: true, onCompletion: 'KEEP', ...options };
  return (await ask<Created>(server.url, CREATE_RUN, { input })).createRun.run;
}

async function follow(runId: string, filter: { modes?: readonly StreamMode[]; subgraphs?: boolean } = {}): Promise<AnyEvent[]> {
  const socket = openSocket(server.url);
  const events: AnyEvent[] = [];
  try {
    for await (const { data, errors } of socket.iterate<{ runEvents: AnyEvent }>({ query: FOLLOW, variables: { runId, ...filter } })) {
      if (errors || !data) throw new Error(`The subscription failed: ${JSON.stringify(errors)}`);
      events.push(data.runEvents);
    }
  } finally {
    await socket.dispose();
  }
  return events;
}

const run = async (assistantId: string, options: object = { streamModes: STREAM_MODES }): Promise<AnyEvent[]> =>
  follow((await createRun(assistantId, options)).id);

const of = (events: readonly AnyEvent[], mode: StreamMode): AnyEvent[] => events.filter(({ __typename }) => __typename === TYPES[mode]);

describe('a run that streams all modes at once', () => {
  it('of three nodes tells three states, three updates, six task events and six debug events of tasks', async () => {
    const events = await run('three');
    expect(of(events, 'VALUES').map(({ values }) => values)).toEqual([
      { bar: 'checked' },
      { foo: 'foo', bar: 'checked' },
      { foo: 'foo', bar: 'checked', baz: 'baz' },
    ]);
    expect(of(events, 'UPDATES').map(({ updates }) => updates)).toEqual([
      [{ node: 'foo', values: { foo: 'foo' } }],
      [{ node: 'bar', values: {} }],
      [{ node: 'baz', values: { baz: 'baz' } }],
    ]);
    expect(of(events, 'TASKS').map(({ taskPhase, name }) => `${String(name)} ${String(taskPhase)}`)).toEqual(
      ['foo', 'bar', 'baz'].flatMap((name) => [`${name} STARTED`, `${name} FINISHED`]),
    );
    expect(of(events, 'DEBUG').filter(({ kind }) => String(kind).startsWith('task'))).toHaveLength(6);
  });

  it('tells of a task its input, what triggered it, its result, and the data that these come from', async () => {
    const [started, finished] = of(await run('three'), 'TASKS');
    expect(started).toMatchObject({
      input: { bar: 'checked' },
      triggers: ['branch:to:foo'],
      result: null,
      errorMessage: null,
      interrupts: [],
    });
    expect(finished).toMatchObject({ taskId: started?.['taskId'], input: null, triggers: [], result: { foo: 'foo' }, errorMessage: null });
    expect(finished?.data).toEqual({ id: started?.['taskId'], name: 'foo', result: { foo: 'foo' }, interrupts: [] });
  });

  it('tells of a task that failed why, at every depth', async () => {
    const events = await run('failing');
    const failed = of(events, 'TASKS').filter(({ taskPhase }) => taskPhase === 'FAILED');
    expect(failed.map(({ name, errorMessage, result }) => ({ name, errorMessage, result }))).toEqual(
      ['fails', 'outer'].map((name) => ({ name, errorMessage: 'never works', result: null })),
    );
    expect(events.slice(-2)).toMatchObject([{ error: { name: 'RangeError', message: 'never works' } }, { status: 'ERROR' }]);
  });

  it('tells of a task that asks what it asks, and by whom', async () => {
    const events = await run('nested');
    const asked = of(events, 'TASKS').filter(({ interrupts }) => (interrupts as object[]).length > 0);
    expect(asked.map(({ name, taskPhase }) => [name, taskPhase])).toEqual([
      ['ask', 'FINISHED'],
      ['outer', 'FINISHED'],
    ]);
    for (const { interrupts, taskId, namespace, runId, threadId } of asked) {
      expect(interrupts).toEqual([expect.objectContaining({ value: 'ask 1?', taskId, namespace, runId, threadId, resolvedAt: null })]);
    }
    expect(events.at(-1)).toMatchObject({ status: 'INTERRUPTED' });
  });

  it('tells of a checkpoint what Thread.history tells of it', async () => {
    const { id, threadId } = await createRun('nested', { streamModes: STREAM_MODES });
    const root = of(await follow(id, { subgraphs: false }), 'CHECKPOINTS');
    const history = `query ($id: ID!) { thread(id: $id) { history { nodes {
      checkpoint { ...AnyCheckpoint } values next metadata tasks { taskId name }
    } } } } fragment AnyCheckpoint on Checkpoint { threadId checkpointId checkpointNs checkpointMap }`;
    const { thread } = await ask<{ thread: { history: { nodes: { metadata: object; tasks: object[] }[] } } }>(server.url, history, {
      id: threadId,
    });
    const told = root.map(({ checkpoint, values, next, metadata, tasks }) => ({
      ...{ checkpoint, values, next, metadata: expect.objectContaining(metadata as object) as object },
      tasks: (tasks as { taskId: string; name: string }[]).map(({ taskId, name }) => ({ taskId, name })),
    }));
    expect(thread.history.nodes.toReversed()).toEqual(told);
  });

  it('tells of a subgraph’s checkpoint its place, and of the task that the subgraph is nothing that is not known yet', async () => {
    const checkpoints = of(await run('nested'), 'CHECKPOINTS');
    const inner = checkpoints.find(({ namespace }) => namespace.length > 0);
    expect(inner?.['checkpoint']).toMatchObject({
      checkpointNs: inner?.namespace.join('|'),
      checkpointMap: { '': expect.any(String) as string },
    });
    const outer = checkpoints.flatMap(({ tasks }) => tasks as { name: string }[]).filter(({ name }) => name === 'outer');
    expect(outer[0]).toEqual({
      taskId: expect.any(String) as string,
      name: 'outer',
      result: null,
      errorMessage: null,
      interrupts: [],
      checkpoint: null,
      state: null,
    });
  });

  it('debugs each checkpoint and each task that it tells of, with its step', async () => {
    const events = await run('nested');
    const debugged = of(events, 'DEBUG');
    const payloads = (kinds: string[]): unknown[] =>
      debugged.filter(({ kind }) => kinds.includes(String(kind))).map(({ payload }) => payload);
    expect(payloads(['checkpoint'])).toEqual(of(events, 'CHECKPOINTS').map(({ data }) => data));
    expect(payloads(['task', 'task_result'])).toEqual(of(events, 'TASKS').map(({ data }) => data));
    for (const { step, data } of debugged) expect(step).toBe((data as { step: number }).step);
  });

  it('traces the model and the tool of an agent, with the message that they make', async () => {
    const events = await run('agent');
    const traced = of(events, 'EVENTS');
    const words = traced.map(({ event }) => event);
    expect(words[0]).toBe('on_chain_start');
    expect(words.at(-1)).toBe('on_chain_end');
    for (const word of ['on_chat_model_start', 'on_chat_model_stream', 'on_chat_model_end', 'on_tool_start', 'on_tool_end']) {
      expect(words).toContain(word);
    }
    const tool = traced.find(({ event }) => event === 'on_tool_end');
    expect(tool).toMatchObject({
      name: 'get_weather',
      tags: [],
      metadata: { langgraph_node: 'tools' },
      value: { input: { city: 'Oslo' }, output: { type: 'tool', content: 'It is sunny in Oslo, 13 °C.' } },
    });
    const tokens = traced
      .filter(({ event }) => event === 'on_chat_model_stream')
      .map(({ value }) => value as { chunk: { content: string } });
    expect(tokens.map(({ chunk }) => chunk.content)).toEqual(
      of(events, 'MESSAGES_TUPLE')
        .filter(isToken)
        .map(({ text }) => text),
    );
  });

  it('tells of a tool its start, its pieces, its end, and what it threw', async () => {
    const told = of(await run('tools'), 'TOOLS').map(({ toolPhase, callId, name, value }) => ({ toolPhase, callId, name, value }));
    expect(told).toEqual([
      { toolPhase: 'STARTED', callId: 'call-1', name: 'count', value: '{"to":2}' },
      { toolPhase: 'DELTA', callId: 'call-1', name: 'count', value: { number: 1 } },
      { toolPhase: 'DELTA', callId: 'call-1', name: 'count', value: { number: 2 } },
      { toolPhase: 'FINISHED', callId: 'call-1', name: 'count', value: expect.objectContaining({ type: 'tool' }) as object },
      { toolPhase: 'STARTED', callId: 'call-2', name: 'refuse', value: '{}' },
      { toolPhase: 'FAILED', callId: 'call-2', name: 'refuse', value: { name: 'TypeError', message: 'I will not' } },
    ]);
  });

  it.each(['tools', 'failing'])('never shows a stack, in graph %s', async (graph) => {
    expect(JSON.stringify(await run(graph))).not.toMatch(/\bat .*\.(ts|js):\d+/);
  });
});

/** LangGraph also tells messages that come in one piece. */
function isToken({ chunk }: AnyEvent): boolean {
  return (chunk as { role: string }).role === 'AI';
}

it.each(['agent', 'nested', 'planned'])(
  'each mode alone emits of graph %s what it emits beside all others, and what `modes` leaves of it',
  async (graph) => {
    const { id } = await createRun(graph, { streamModes: STREAM_MODES });
    const whole = await follow(id);
    const shape = (events: readonly AnyEvent[]): unknown[] => events.map(({ __typename, namespace }) => [__typename, namespace.length]);
    const always = ['RunMetadataEvent', 'RunErrorEvent', 'RunEndEvent'];
    const testMode = async (mode: StreamMode): Promise<void> => {
      const alone = await run(graph, { streamModes: [mode] });
      expect(shape(alone)).toEqual(shape(whole.filter(({ __typename }) => __typename === TYPES[mode] || always.includes(__typename))));
      expect(shape(await follow(id, { modes: [mode] }))).toEqual(shape(alone));
    };
    await Promise.all(STREAM_MODES.map(testMode));
  },
);

it('every mode has events in one of the graphs', async () => {
  const events = (await Promise.all(Object.keys(INPUTS).map((graph) => run(graph)))).flat();
  for (const mode of STREAM_MODES) expect(of(events, mode).length).toBeGreaterThan(0);
});

it('without streamSubgraphs there is no namespace, and no checkpoint or task of a subgraph', async () => {
  const events = await run('planned', { streamModes: STREAM_MODES, streamSubgraphs: false });
  expect(events.filter(({ namespace }) => namespace.length > 0)).toEqual([]);
  expect(of(events, 'TASKS').map(({ name }) => name)).toEqual(['graph0', 'graph0']);
  expect(of(events, 'CUSTOM').length).toBeGreaterThan(0);
});

it('with durability EXIT checkpoints are told, and have no id yet', async () => {
  const checkpoints = of(await run('three', { streamModes: ['CHECKPOINTS'], durability: 'EXIT' }), 'CHECKPOINTS');
  expect(checkpoints.map(({ checkpoint }) => (checkpoint as { checkpointId: string }).checkpointId)).toEqual(['', '', '', '', '']);
  expect(checkpoints.at(-1)).toMatchObject({ values: { foo: 'foo', bar: 'checked', baz: 'baz' }, next: [], tasks: [] });
});

describe('an unknown mode is refused', () => {
  it('in a document by validation', async () => {
    const literal = 'mutation { createRun(input: {assistantId: "three", streamModes: [VALUES, NONSENSE]}) { run { id } } }';
    expect(codesOf(await send(server.url, literal))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('in a variable, and for reading', async () => {
    const input = { assistantId: 'three', streamModes: ['NONSENSE'] };
    expect(codesOf(await send(server.url, CREATE_RUN, { input }))).toEqual(['BAD_USER_INPUT']);
    const events = 'query ($id: ID!, $modes: [StreamMode!]) { run(id: $id) { events(modes: $modes) { nodes { seq } } } }';
    const { id } = await createRun('three');
    expect(codesOf(await send(server.url, events, { id, modes: ['FEEDBACK'] }))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('feedbackKeys', () => {
  it('are taken and kept, and without a tracer nothing comes of them', async () => {
    const { id, kwargs } = await createRun('three', { feedbackKeys: ['helpful'] });
    expect(kwargs['feedback_keys']).toEqual(['helpful']);
    expect((await follow(id)).map(({ __typename }) => __typename)).not.toContain('RunFeedbackEvent');
    expect((await createRun('three')).kwargs['feedback_keys']).toBeNull();
  });

  it('make another run under the same id another input', async () => {
    const id = '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc';
    const input = { id, assistantId: 'three', input: INPUTS['three'], feedbackKeys: ['helpful'] };
    expect(codesOf(await send(server.url, CREATE_RUN, { input }))).toEqual([]);
    expect(codesOf(await send(server.url, CREATE_RUN, { input }))).toEqual([]);
    expect(codesOf(await send(server.url, CREATE_RUN, { input: { ...input, feedbackKeys: [] } }))).toEqual(['ALREADY_EXISTS']);
  });

  it('have an event whose type shows where to send them', async () => {
    const { id, threadId } = await createRun('three');
    await follow(id);
    const { prisma } = server.app.deps.database;
    const { nextSeq } = await prisma.thread.update({
      where: { id: threadId },
      data: { nextSeq: { increment: 1 } },
      select: { nextSeq: true },
    });
    await prisma.runEvent.create({ data: { threadId, seq: nextSeq - 1, runId: id, kind: 'FEEDBACK', data: { helpful: 'https://x' } } });
    const query = 'query ($id: ID!) { run(id: $id) { events(modes: []) { nodes { __typename ... on RunFeedbackEvent { urls } } } } }';
    const { run: read } = await ask<{ run: { events: { nodes: object[] } } }>(server.url, query, { id });
    expect(read.events.nodes).toContainEqual({ __typename: 'RunFeedbackEvent', urls: { helpful: 'https://x' } });
  });
});
