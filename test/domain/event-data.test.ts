import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../src/domain/event.js';
import type { Json } from '../../src/domain/json.js';
import { chunkOf, endStatusOf, errorOf, interruptsOf, updatesOf, valuesOf } from '../../src/graphql/events/event-data.js';
import { checkpointOf, debugOf, taskOf } from '../../src/graphql/events/step-event-data.js';
import { toolOf, traceOf } from '../../src/graphql/events/trace-event-data.js';

const createdAt = new Date('2026-01-01T00:00:00Z');
const event = (data: Json): LogEvent => ({
  threadId: 't',
  runId: 'r',
  seq: 1,
  attempt: 1,
  resumesAfterSeq: null,
  kind: 'VALUES',
  namespace: ['sub:1'],
  data,
  createdAt,
});

describe('the data of an event', () => {
  it('gives the state of VALUES, without what a pause adds', () => {
    expect(valuesOf(event({ a: 1 }))).toEqual({ a: 1 });
    expect(valuesOf(event({ a: 1, __interrupt__: [] }))).toEqual({ a: 1 });
    expect(valuesOf(event(null))).toEqual({});
    expect(valuesOf(event([1]))).toEqual([1]);
  });

  it('gives UPDATES node by node, and no node for a pause or for what is told again', () => {
    expect(updatesOf(event({ foo: { x: 1 }, bar: null, __interrupt__: [], __metadata__: { cached: true } }))).toEqual([
      { node: 'foo', values: { x: 1 } },
      { node: 'bar', values: null },
    ]);
    expect(updatesOf(event(null))).toEqual([]);
  });

  it('gives what a pause waits for', () => {
    expect(interruptsOf(event({ __interrupt__: [{ id: 'i', value: { ask: 1 } }, 'stray', { id: 'j' }] }))).toEqual([
      { interruptId: 'i', value: { ask: 1 }, threadId: 't', runId: 'r', taskId: null, namespace: ['sub:1'], createdAt, resolvedAt: null },
      { interruptId: 'j', value: null, threadId: 't', runId: 'r', taskId: null, namespace: ['sub:1'], createdAt, resolvedAt: null },
    ]);
    expect(interruptsOf(event({ a: 1 }))).toEqual([]);
    expect(interruptsOf(event(null))).toEqual([]);
  });

  it('gives a chunk and where it comes from, even when they are missing', () => {
    expect(chunkOf(event([{ id: 'm' }, { langgraph_node: 'agent' }]))).toEqual({
      message: { raw: { id: 'm' } },
      metadata: { langgraph_node: 'agent' },
    });
    expect(chunkOf(event(null))).toEqual({ message: { raw: { content: null } }, metadata: {} });
  });

  it('gives a task at its start, at its end and when it failed', () => {
    const task = { id: 't', name: 'n', interrupts: [] };
    expect(taskOf(event({ ...task, input: { a: 1 }, triggers: ['b'] }))).toMatchObject({
      phase: 'STARTED',
      input: { a: 1 },
      triggers: ['b'],
    });
    expect(taskOf(event({ ...task, result: { a: 1 } }))).toMatchObject({ phase: 'FINISHED', result: { a: 1 }, errorMessage: null });
    expect(taskOf(event({ ...task, error: 'no' }))).toMatchObject({ phase: 'FAILED', result: null, errorMessage: 'no' });
    expect(taskOf(event({ ...task, result: {}, interrupts: [{ id: 'i', value: 1 }] })).interrupts).toEqual([
      { interruptId: 'i', value: 1, threadId: 't', runId: 'r', taskId: 't', namespace: ['sub:1'], createdAt, resolvedAt: null },
    ]);
    expect(taskOf(event(null))).toMatchObject({ taskId: '', name: '', triggers: [], interrupts: [] });
  });

  it('gives a checkpoint and its tasks', () => {
    const place = { thread_id: 't', checkpoint_ns: 'sub:1', checkpoint_id: 'c', checkpoint_map: { '': 'r' } };
    const named = { threadId: 't', checkpointNs: 'sub:1', checkpointId: 'c', checkpointMap: { '': 'r' } };
    const tasks = [
      { id: '1', name: 'n', error: { name: 'TypeError', message: 'no' }, checkpoint: { ...place, checkpoint_id: null } },
      { id: '2', name: 'm', result: { a: 1 } },
    ];
    expect(checkpointOf(event({ checkpoint: place, values: { a: 1 }, next: ['n'], tasks, metadata: { step: 1 } }))).toMatchObject({
      checkpoint: named,
      values: { a: 1 },
      next: ['n'],
      metadata: { step: 1 },
      tasks: [
        { taskId: '1', name: 'n', errorMessage: 'no', result: null, checkpoint: null },
        { taskId: '2', name: 'm', errorMessage: null, result: { a: 1 }, checkpoint: null },
      ],
    });
    const unnamed = { ...named, checkpointId: '', checkpointMap: null };
    expect(checkpointOf(event({ checkpoint: { ...place, checkpoint_id: null } }))).toEqual({
      checkpoint: unnamed,
      values: {},
      next: [],
      tasks: [],
      metadata: {},
    });
  });

  it('gives what was debugged and what was traced', () => {
    expect(debugOf(event({ step: -1, type: 'task', payload: { id: 't' } }))).toEqual({ step: -1, kind: 'task', payload: { id: 't' } });
    expect(traceOf(event({ event: 'on_tool_end', name: 'n', tags: ['t'], metadata: { a: 1 }, data: { output: 1 } }))).toEqual({
      event: 'on_tool_end',
      name: 'n',
      tags: ['t'],
      metadata: { a: 1 },
      value: { output: 1 },
    });
  });

  it.each([
    ['on_tool_start', 'input', 'STARTED'],
    ['on_tool_event', 'data', 'DELTA'],
    ['on_tool_end', 'output', 'FINISHED'],
    ['on_tool_error', 'error', 'FAILED'],
  ])('gives the tool of %s with its %s', (word, key, phase) => {
    const told = event({ event: word, name: 'n', toolCallId: 'c', [key]: { a: 1 } });
    expect(toolOf(told)).toEqual({ phase, callId: 'c', name: 'n', value: { a: 1 } });
    expect(toolOf(event({ event: word, name: 'n' }))).toMatchObject({ callId: null, value: null });
  });

  it('has no tool when it tells of none', () => {
    expect(() => toolOf(event({ event: 'toString' }))).toThrow('toString');
  });

  it('gives an error by name and message', () => {
    expect(errorOf(event({ error: 'TypeError', message: 'no' }))).toEqual({ name: 'TypeError', message: 'no' });
    expect(errorOf(event(null))).toEqual({ name: 'Error', message: '' });
  });

  it('gives the status of an end, and has none when it is no status', () => {
    expect(endStatusOf(event({ status: 'SUCCESS' }))).toBe('SUCCESS');
    expect(() => endStatusOf(event({ status: 'GONE' }))).toThrow('GONE');
  });
});
