import { fileURLToPath } from 'node:url';
import { InMemoryStore } from '@langchain/langgraph-checkpoint';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EventDraft } from '../../src/domain/event.js';
import type { Json } from '../../src/domain/json.js';
import { makeGraphs } from '../../src/langgraph/graphs.js';
import { loadGraphs } from '../../src/langgraph/load/load-graphs.js';
import type { Graphs } from '../../src/ports/graphs.js';
import { type CallRequest, collectEvents, makeCall } from '../support/graph-calls.js';
import { makeMemoryCheckpoints } from '../support/memory-checkpointer.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/langgraph.json', import.meta.url));

let graphs: Graphs;

beforeAll(async () => {
  graphs = makeGraphs({
    loaded: await loadGraphs(EXAMPLES),
    makeCheckpointer: makeMemoryCheckpoints().makeCheckpointer,
    makeStore: () => new InMemoryStore(),
  });
});

const run = (graphId: string, request: CallRequest): Promise<EventDraft[]> => collectEvents(graphs.run(makeCall({ graphId, ...request })));

test('the examples are these, each with a description', () => {
  const ids = ['agent', 'test_agent', 'slow', 'failing', 'human_review', 'supervisor', 'task_maistro'];
  expect(graphs.list().map(({ graphId }) => graphId)).toEqual(ids);
  for (const { description } of graphs.list()) expect(description).toBeTruthy();
});

test('test_agent streams the values and updates that the documentation shows', async () => {
  const events = await run('test_agent', { kwargs: { input: { bar: 'checked' }, streamModes: ['VALUES', 'UPDATES'] } });
  const of = (kind: string): unknown[] => events.filter((event) => event.kind === kind).map(({ data }) => data);
  expect(of('VALUES')).toEqual([{ bar: 'checked' }, { foo: 'foo', bar: 'checked' }, { foo: 'foo', bar: 'checked', baz: 'baz' }]);
  expect(of('UPDATES')).toEqual([{ foo: { foo: 'foo' } }, { bar: {} }, { baz: { baz: 'baz' } }]);
});

test('failing keeps the work of its first node and throws in its second', async () => {
  const call = { threadId: makeCall().threadId, kwargs: { input: {} } };
  await expect(run('failing', call)).rejects.toThrow(RangeError);
  expect(await graphs.readState({ graphId: 'failing', threadId: call.threadId })).toMatchObject({
    values: { log: ['works'] },
    next: ['fails'],
  });
});

describe('slow', () => {
  test.each([
    ['input', { input: { steps: 2, delayMs: 0 } }],
    ['context', { input: {}, context: { steps: 2, delayMs: 0 } }],
    ['configurable', { input: {}, config: { tags: [], recursionLimit: null, configurable: { steps: 2, delayMs: 0 } } }],
  ])('takes the steps that its %s asks for', async (_name, kwargs) => {
    const events = await run('slow', { kwargs: { ...kwargs, streamModes: ['CUSTOM', 'VALUES'] } });
    expect(events.filter(({ kind }) => kind === 'CUSTOM').map(({ data }) => data)).toEqual([1, 2].map((step) => ({ step, of: 2 })));
    expect(events.at(-1)?.data).toMatchObject({ done: [1, 2] });
  });

  test('stops in the middle of a step when it is told to', async () => {
    const abort = new AbortController();
    const call = makeCall({
      graphId: 'slow',
      abort: abort.signal,
      kwargs: { input: { steps: 1, delayMs: 3_600_000 }, streamModes: ['CUSTOM'] },
    });
    const watch = async (): Promise<void> => {
      for await (const output of graphs.run(call)) {
        if (output.kind === 'barrier') output.release();
        if (output.kind === 'event') abort.abort('enough');
      }
    };
    await expect(watch()).rejects.toBe('enough');
  });
});

describe('agent, without a key', () => {
  const configurable = { model: 'scripted', tokenDelayMs: 0 };
  const ask = async (content: string, threadId = makeCall().threadId): Promise<{ events: EventDraft[]; messages: Message[] }> => {
    const config = { tags: [], recursionLimit: null, configurable };
    const events = await run('agent', {
      threadId,
      kwargs: { input: { messages: [{ role: 'human', content }] }, config, streamModes: ['MESSAGES_TUPLE'] },
    });
    const { values } = await graphs.readState({ graphId: 'agent', threadId });
    return { events, messages: (values as unknown as { messages: Message[] }).messages };
  };

  test.each(['New York', 'Zürich', 'Oslo'])(
    'asks the tool for the weather of %s, and tells it token by token with its usage',
    async (city) => {
      const { events, messages } = await ask(`What is the weather in ${city}?`);
      expect(messages.map(({ type }) => type)).toEqual(['human', 'ai', 'tool', 'ai']);
      expect(messages[1]?.tool_calls).toMatchObject([{ name: 'get_weather', args: { city } }]);
      expect(messages[3]?.content).toContain(city);
      const tokens = events.map(({ data }) => (data as unknown as [Message])[0]).filter(({ id }) => id === messages[3]?.id);
      expect(tokens.length).toBeGreaterThan(5);
      expect(tokens.map(({ content }) => content).join('')).toBe(messages[3]?.content);
      expect(messages[3]?.usage_metadata?.total_tokens).toBeGreaterThan(0);
    },
  );

  test('answers from what was said', async () => {
    const { threadId } = makeCall();
    expect((await ask('hello', threadId)).messages.at(-1)?.content).toContain('Hello');
    expect((await ask('How warm is it?', threadId)).messages.at(-1)?.content).toBe('For which city?');
    expect((await ask('Lima', threadId)).messages.at(-1)?.content).toContain('Lima');
    expect((await ask('What did I ask before?', threadId)).messages.at(-1)?.content).toContain('"hello", "How warm is it?", "Lima"');
  });

  test('says which package is missing when a provider’s model is asked for without it', async () => {
    const config = { tags: [], recursionLimit: null, configurable: { model: 'mistralai:mistral-small' } };
    await expect(run('agent', { kwargs: { input: { messages: 'hi' }, config } })).rejects.toThrow('@langchain/mistralai');
  });
});

describe('human_review, without a key', () => {
  const config = { tags: [], recursionLimit: null, configurable: { model: 'scripted', tokenDelayMs: 0 } };

  async function open(content: string) {
    const { threadId } = makeCall();
    const call = (kwargs: object) => run('human_review', { threadId, kwargs: { config, ...kwargs } });
    const state = () => graphs.readState({ graphId: 'human_review', threadId });
    const asked = async () => (await state()).interrupts.map(({ value }) => value as unknown as { draft: string; fault?: string });
    const events = await call({ input: { messages: [{ role: 'human', content }] }, streamModes: ['MESSAGES_TUPLE'] });
    return { events, state, asked, answer: (resume: Json) => call({ command: { resume } }) };
  }

  test('drafts token by token, asks, and sends what was approved', async () => {
    const { events, state, asked, answer } = await open('Tell the team that the release moves to Friday.');
    expect(events.length).toBeGreaterThan(5);
    const [question] = await asked();
    expect(question).toEqual({
      question: 'Send this?',
      draft: 'Hello,\nThe release moves to Friday.\nKind regards',
      options: ['approve', 'revise'],
    });
    expect((await state()).values).toMatchObject({ sent: null });
    await answer({ action: 'approve' });
    expect(await state()).toMatchObject({ next: [], interrupts: [], values: { sent: question?.draft } });
  });

  test('drafts anew with what is to be changed, and asks again, as often as it takes', async () => {
    const { state, asked, answer } = await open('Lunch is at noon');
    await answer({ action: 'revise', feedback: 'mention the soup' });
    expect((await asked()).map(({ draft }) => draft)).toEqual([expect.stringContaining('mention the soup')]);
    await answer({ action: 'revise', feedback: 'shorter' });
    expect((await asked()).map(({ draft }) => draft)).toEqual(['Lunch is at noon.']);
    await answer({ action: 'approve' });
    expect((await state()).values).toMatchObject({ sent: 'Lunch is at noon.' });
  });

  test.each(['yes', { action: 'revise' }, null])('asks again after an answer that it cannot use: %j', async (useless) => {
    const { state, asked, answer } = await open('Lunch is at noon');
    await answer(useless);
    expect(await asked()).toMatchObject([{ draft: expect.any(String) as string, fault: expect.any(String) as string }]);
    await answer({ action: 'approve' });
    expect(await state()).toMatchObject({ interrupts: [], values: { sent: expect.any(String) as string } });
  });
});

describe('supervisor, without a key', () => {
  const config = { tags: [], recursionLimit: null, configurable: { model: 'scripted', tokenDelayMs: 0 } };

  test('hands the question to the researcher, then the facts to the writer, each in a namespace of its own', async () => {
    const { threadId } = makeCall();
    const ask = (content: string) =>
      run('supervisor', {
        threadId,
        kwargs: {
          input: { messages: [{ role: 'human', content }] },
          config,
          streamSubgraphs: true,
          streamModes: ['UPDATES', 'MESSAGES_TUPLE'],
        },
      });
    for (const [question, word] of [
      ['What causes tides?', 'tides'],
      ['And earthquakes?', 'earthquakes'],
    ] as const) {
      const events = await ask(question);
      const updates = events.filter(({ kind }) => kind === 'UPDATES');
      expect(
        updates.map(({ namespace, data }) => [namespace.map((part) => part.split(':')[0]).join(), Object.keys(data as object)[0]]),
      ).toEqual([
        ['', 'begin'],
        ['', 'supervisor'],
        ['researcher', 'search'],
        ['researcher', 'sift'],
        ['', 'researcher'],
        ['', 'supervisor'],
        ['writer', 'plan'],
        ['writer', 'write'],
        ['', 'writer'],
        ['', 'supervisor'],
      ]);
      const tokens = events.filter(({ kind }) => kind === 'MESSAGES_TUPLE');
      expect(new Set(tokens.map(({ namespace }) => namespace[0]?.split(':')[0]))).toEqual(new Set(['writer']));
      const { values } = await graphs.readState({ graphId: 'supervisor', threadId });
      expect(values).toMatchObject({ report: expect.stringContaining(`written about ${word}`) as string });
    }
  });
});

interface Message {
  readonly type: string;
  readonly content: string;
  readonly id: string;
  readonly tool_calls?: readonly unknown[];
  readonly usage_metadata?: { readonly total_tokens: number };
}
