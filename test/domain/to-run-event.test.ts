import { AIMessage, AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../src/domain/event.js';
import type { StreamMode } from '../../src/domain/stream-mode.js';
import { startMessages } from '../../src/langgraph/events/message-events.js';
import { type GraphChunk, toRunEvents } from '../../src/langgraph/events/to-run-event.js';
import type { GraphStart } from '../../src/ports/graphs.js';

const ALL: readonly StreamMode[] = ['VALUES', 'UPDATES', 'MESSAGES_TUPLE', 'TASKS', 'DEBUG', 'CUSTOM', 'TOOLS'];

describe('a chunk becomes the event of its mode', () => {
  test.each([
    [values({ a: 1 }), 'VALUES', { a: 1 }],
    [chunk('updates', { node: null }), 'UPDATES', { node: null }],
    [chunk('custom', 'x'), 'CUSTOM', 'x'],
    [chunk('custom', undefined), 'CUSTOM', null],
    [chunk('tasks', { id: 't', input: new HumanMessage('x') }), 'TASKS', { id: 't', input: { type: 'human', content: 'x' } }],
    [chunk('tasks', { id: 't', result: { a: 1 } }), 'TASKS', { id: 't', result: { a: 1 } }],
    [chunk('debug', { step: 1, type: 'task', payload: { id: 't' } }), 'DEBUG', { step: 1, type: 'task', payload: { id: 't' } }],
    [chunk('tools', { event: 'on_tool_start', input: '{}' }), 'TOOLS', { event: 'on_tool_start', input: '{}' }],
    [chunk('tools', { error: new RangeError('no') }), 'TOOLS', { error: { name: 'RangeError', message: 'no' } }],
  ])('%j', (given, kind, data) => {
    expect(read([given], { modes: ALL })).toMatchObject([{ kind, namespace: [], data }]);
    expect(read([given], { modes: ALL.filter((mode) => mode !== kind) })).toEqual([]);
  });

  test('and of none when LangGraph streams more than was asked for', () => {
    expect(read([chunk('checkpoints', {}), chunk('unheard of', {})], { modes: ALL })).toEqual([]);
  });
});

describe('the end of a failed task', () => {
  const findFailure = (taskId: string): string | null => (taskId === 'bad' ? 'never works' : null);
  const end = (id: string): object => ({ id, name: 'n', result: {}, interrupts: [] });

  test('has its error instead of the empty result, in TASKS and in DEBUG', () => {
    const failed = { id: 'bad', name: 'n', error: 'never works', interrupts: [] };
    const debug = chunk('debug', { step: 1, type: 'task_result', payload: end('bad') });
    expect(read([chunk('tasks', end('bad')), debug], { modes: ALL, findFailure }).map(({ data }) => data)).toEqual([
      failed,
      { step: 1, type: 'task_result', payload: failed },
    ]);
  });

  test('is not that of another, and not its beginning', () => {
    const start = { id: 'bad', name: 'n', input: {} };
    expect(read([chunk('tasks', end('good')), chunk('tasks', start)], { modes: ALL, findFailure }).map(({ data }) => data)).toEqual([
      end('good'),
      start,
    ]);
  });
});

describe('a checkpoint', () => {
  const configurable = { thread_id: 't', checkpoint_ns: '', checkpoint_id: 'c2', __pregel_read: () => null, user: 'u' };
  const payload = {
    config: { configurable, callbacks: [() => null], tags: ['x'] },
    parentConfig: { configurable: { ...configurable, checkpoint_id: 'c1' } },
    values: { messages: [new HumanMessage('x')] },
    next: ['outer', 'plain'],
    tasks: [
      { id: '1', name: 'outer', state: { configurable: { thread_id: 't', checkpoint_ns: 'outer:1' } } },
      { id: '2', name: 'plain', result: { a: 1 } },
    ],
  };
  const place = { thread_id: 't', checkpoint_ns: '', checkpoint_map: null };
  const told = {
    config: { configurable: { thread_id: 't', checkpoint_ns: '', checkpoint_id: 'c2', user: 'u' }, tags: ['x'] },
    parent_config: { configurable: { thread_id: 't', checkpoint_ns: '', checkpoint_id: 'c1', user: 'u' } },
    checkpoint: { ...place, checkpoint_id: 'c2' },
    parent_checkpoint: { ...place, checkpoint_id: 'c1' },
    values: { messages: [expect.objectContaining({ type: 'human', content: 'x' })] },
    next: ['outer', 'plain'],
    tasks: [
      { id: '1', name: 'outer', checkpoint: { ...place, checkpoint_ns: 'outer:1', checkpoint_id: null } },
      { id: '2', name: 'plain', result: { a: 1 } },
    ],
  };

  test('has LangGraph’s wire form, without what only the machine understands', () => {
    expect(read([chunk('checkpoints', payload)], { modes: ['CHECKPOINTS'] })).toEqual([{ kind: 'CHECKPOINTS', namespace: [], data: told }]);
    const debug = { step: 1, type: 'checkpoint', timestamp: 'now', payload };
    expect(read([chunk('debug', debug)], { modes: ['DEBUG'] }).map(({ data }) => data)).toEqual([{ ...debug, payload: told }]);
  });

  test('may have no parent and no id yet', () => {
    const first = { ...payload, config: { configurable: { thread_id: 't' } }, parentConfig: undefined, tasks: [] };
    expect(read([chunk('checkpoints', first)], { modes: ['CHECKPOINTS'] })[0]?.data).toMatchObject({
      checkpoint: { ...place, checkpoint_id: null },
      parent_checkpoint: null,
    });
  });
});

test('the namespace of a token, and of a tool, is the path of its graph, as that of values is', () => {
  const events = read(
    [
      token('m', 'x', ['node:1']),
      token('m', 'x', ['outer:1', 'node:2']),
      token('m', 'x', ['outer:1', '1', 'node:2']),
      token('m', 'x', []),
      values({}, ['outer:1']),
      chunk('tools', {}, ['outer:1', 'tools:2']),
    ],
    { modes: ALL },
  );
  expect(events.map(({ namespace }) => namespace)).toEqual([[], ['outer:1'], ['outer:1', '1'], [], ['outer:1'], ['outer:1']]);
});

describe('MESSAGES', () => {
  test('tells a message once with its metadata, then as far as it has come', () => {
    const events = read([token('m', 'He'), token('m', 'llo'), token('n', 'Hi')]);
    expect(events.map(summarise)).toEqual([
      ['MESSAGES_METADATA', { m: { metadata: { langgraph_node: 'node' } } }],
      ['MESSAGES_PARTIAL', ['He']],
      ['MESSAGES_PARTIAL', ['Hello']],
      ['MESSAGES_METADATA', { n: { metadata: { langgraph_node: 'node' } } }],
      ['MESSAGES_PARTIAL', ['Hi']],
    ]);
  });

  test('joins the usage and tool calls of the pieces', () => {
    const pieces = [
      new AIMessageChunk({
        id: 'm',
        content: '',
        tool_call_chunks: [{ index: 0, id: 'c', name: 'f', args: '{"a":', type: 'tool_call_chunk' }],
      }),
      new AIMessageChunk({ id: 'm', content: '', tool_call_chunks: [{ index: 0, args: '1}', type: 'tool_call_chunk' }] }),
    ];
    const events = read(pieces.map((piece) => chunk('messages', [piece, {}], ['node:1'])));
    expect((events.at(-1)?.data as object[])[0]).toMatchObject({ tool_calls: [{ id: 'c', name: 'f', args: { a: 1 } }] });
  });

  test('takes no notice of a message in one piece until it stands in the state', () => {
    const message = new AIMessage({ id: 'm', content: 'whole' });
    const events = read([values({ messages: [] }), chunk('messages', [message, {}], ['node:1']), values({ messages: [message] })]);
    expect(events.map(summarise)).toEqual([['MESSAGES_COMPLETE', ['whole']]]);
  });

  test('completes each message once, all that are new in a state together', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => new AIMessage({ id, content: id }));
    const events = read([values({ messages: [] }), values({ messages: [a, b] }), values({ other: 1 }), values({ messages: [a, c, b] })]);
    expect(events.map(summarise)).toEqual([
      ['MESSAGES_COMPLETE', ['a', 'b']],
      ['MESSAGES_COMPLETE', ['c']],
    ]);
  });

  test('completes of the first state what the run’s own input brought, with and without ids, and nothing older', () => {
    const history = ['h1', 'h2'].map((id) => new HumanMessage({ id, content: id }));
    const state = values({
      messages: [...history, new HumanMessage({ id: 'mine', content: 'mine' }), new HumanMessage({ id: 'made', content: 'made' })],
    });
    const input = { messages: [{ id: 'mine', content: 'mine' }, { content: 'made' }] };
    expect(read([state], { input }).map(summarise)).toEqual([['MESSAGES_COMPLETE', ['mine', 'made']]]);
    expect(read([state], { input: { messages: 'made' } }).map(summarise)).toEqual([['MESSAGES_COMPLETE', ['made']]]);
    expect(read([state], { command: { update: input } }).map(summarise)).toEqual([['MESSAGES_COMPLETE', ['mine', 'made']]]);
    expect(read([state])).toEqual([]);
  });

  test('completes the whole state for a second attempt, which cannot know what the first one did', () => {
    const state = values({ messages: [new AIMessage({ id: 'a', content: 'a' })] });
    expect(read([state, state], { start: { kind: 'continue', checkpointId: 'c' } }).map(summarise)).toEqual([['MESSAGES_COMPLETE', ['a']]]);
  });

  test('tells a message of a subgraph in its namespace, and again at the root when it arrives there', () => {
    const old = new HumanMessage({ id: 'h', content: 'h' });
    const made = new AIMessage({ id: 'a', content: 'a' });
    const inner = ['outer:1'];
    const events = read([
      values({ messages: [old] }),
      values({ messages: [old] }, inner),
      values({ messages: [old, made] }, inner),
      values({ messages: [old, made] }),
    ]);
    expect(events.map(({ namespace, data }) => [namespace, (data as { id: string }[]).map(({ id }) => id)])).toEqual([
      [inner, ['a']],
      [[], ['a']],
    ]);
  });

  test('does without messages that have no id, and states that are no objects', () => {
    const chunks = [
      values(null),
      values('text'),
      values({ messages: null }),
      values({ messages: [{ content: 'x' }] }),
      chunk('messages', 'x'),
      chunk('messages', [{}, null]),
    ];
    expect(read(chunks)).toEqual([]);
  });

  test('comes beside VALUES and MESSAGES_TUPLE when they are streamed too', () => {
    const events = read([token('m', 'x'), values({ messages: [] })], { modes: ['MESSAGES', ...ALL] });
    expect(events.map(({ kind }) => kind)).toEqual(['MESSAGES_TUPLE', 'MESSAGES_METADATA', 'MESSAGES_PARTIAL', 'VALUES']);
  });
});

function chunk(mode: string, payload: unknown, namespace: readonly string[] = []): GraphChunk {
  return { namespace, mode, payload };
}

function values(payload: unknown, namespace?: readonly string[]): GraphChunk {
  return chunk('values', payload, namespace);
}

function token(id: string, content: string, namespace: readonly string[] = ['node:1']): GraphChunk {
  return chunk('messages', [new AIMessageChunk({ id, content }), { tags: [], name: 'x', langgraph_node: 'node' }], namespace);
}

interface Request {
  readonly modes?: readonly StreamMode[];
  readonly findFailure?: (taskId: string) => string | null;
  readonly start?: GraphStart;
  readonly input?: Parameters<typeof startMessages>[0]['kwargs']['input'];
  readonly command?: Parameters<typeof startMessages>[0]['kwargs']['command'];
}

/** The events that the chunks give, one after the other. */
function read(
  chunks: readonly GraphChunk[],
  { modes = ['MESSAGES'], findFailure = () => null, start = { kind: 'start' }, input = null, command = null }: Request = {},
): EventDraft[] {
  let progress = startMessages({ start, kwargs: { input, command } });
  return chunks.flatMap((given) => {
    const step = toRunEvents(given, { modes, findFailure }, progress);
    progress = step.progress;
    return step.drafts;
  });
}

function summarise({ kind, data }: EventDraft): unknown[] {
  return [kind, Array.isArray(data) ? data.map((message) => (message as { content: string }).content) : data];
}
