import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/client.js';
import { type HoldingServer, startHoldingServer } from '../support/holding-server.js';

const CREATE_RUN = `mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id threadId } } }`;
const JOIN_RUN = `mutation ($id: ID!) { joinRun(id: $id) { done values interrupts { value } run { threadId status attempt } } }`;
const THREAD = `query ($id: ID!) { thread(id: $id) { status values interrupts { interruptId value } } }`;

interface Joined {
  readonly values: unknown;
  readonly interrupts: readonly { readonly value: string }[];
  readonly run: { readonly threadId: string; readonly status: string; readonly attempt: number };
}

let server: HoldingServer;

beforeAll(async () => {
  server = await startHoldingServer();
});
afterAll(() => server.remove());

async function createRun(input: object): Promise<{ id: string; threadId: string }> {
  const created = await ask<{ createRun: { run: { id: string; threadId: string } } }>(server.url, CREATE_RUN, {
    input: { onCompletion: 'KEEP', streamModes: ['CUSTOM'], ...input },
  });
  return created.createRun.run;
}

async function join(id: string): Promise<Joined> {
  return (await ask<{ joinRun: Joined }>(server.url, JOIN_RUN, { id })).joinRun;
}

async function run(input: object): Promise<Joined> {
  return join((await createRun(input)).id);
}

const questions = ({ interrupts }: Pick<Joined, 'interrupts'>): string[] => interrupts.map(({ value }) => value).sort();
const hello = { messages: [{ role: 'user', content: 'word' }] };

const CASES = [
  ['between two questions of one node', 'in_node', {}, ['first?'], ['first:one', 'second:two']],
  ['between two questions in a nested graph', 'in_subgraph', {}, ['first?'], ['think', 'first:one', 'second:two', 'end']],
  ['between two questions of a tool in a ToolNode', 'in_tool_node', hello, ['first?'], ['first:one,second:two']],
  ['between two questions of a tool of an agent', 'in_agent', hello, ['first?'], ['first:one,second:two']],
  ['when the next question was asked already', 'beside', {}, ['beside?', 'first?'], ['first:one', 'second:two', 'beside:one']],
  ['when the answer has led to a checkpoint', 'in_next_node', {}, ['first?'], ['first:one', 'second:two']],
  ['when it has led to a checkpoint of a nested graph only', 'in_next_node_of_subgraph', {}, ['first?'], ['first:one', 'second:two']],
] as const;
type AssistantId = (typeof CASES)[number][1];

const ANSWERS = [
  ['as one value', () => 'one'],
  ['by the ids of the interrupts', (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, 'one']))],
] as const;

describe.each(ANSWERS)('a process that is killed after it accepted an answer %s', (_how, toAnswer) => {
  const answered = new Map<AssistantId, { readonly id: string; readonly threadId: string }>();

  /** Answers the first question, and resolves when the graph stands still with the answer. */
  async function answerFirst([, assistantId, input, first]: (typeof CASES)[number]): Promise<void> {
    const asked = await run({ assistantId, input });
    expect(questions(asked)).toEqual(first);
    const { threadId } = asked.run;
    const { thread } = await ask<{ thread: { interrupts: { interruptId: string }[] } }>(server.url, THREAD, { id: threadId });
    const resume = toAnswer(thread.interrupts.map(({ interruptId }) => interruptId));
    const { id } = await createRun({ assistantId, threadId, command: { resume } });
    await server.whenHolding(id);
    answered.set(assistantId, { id, threadId });
  }

  beforeAll(async () => {
    await Promise.all(CASES.map(answerFirst));
    await server.kill();
    await server.start();
  });

  it.each(CASES)('%s, gives it to its question, and the next one waits', async (_place, assistantId, _input, _first, steps) => {
    const { id, threadId } = answered.get(assistantId)!;
    const joined = await join(id);
    expect(joined.run).toMatchObject({ status: 'INTERRUPTED', attempt: 2 });
    expect(questions(joined)).toEqual(['second?']);
    expect(await ask(server.url, THREAD, { id: threadId })).toMatchObject({
      thread: { status: 'INTERRUPTED', interrupts: joined.interrupts },
    });
    const ended = await run({ assistantId, threadId, command: { resume: 'two' } });
    expect(ended.run.status).toBe('SUCCESS');
    const text = JSON.stringify(ended.values);
    for (const step of steps) expect(text).toContain(step);
    expect(text).not.toMatch(/second:one|first:two/);
  });
});

describe('a process that is killed the moment it has accepted an answer', () => {
  it('gives it to its question, and the next one waits', async () => {
    const assistantId = 'twice';
    const { threadId } = (await run({ assistantId, input: {} })).run;
    const { id } = await createRun({ assistantId, threadId, command: { resume: 'one' } });
    await server.kill();
    await server.start();
    expect(questions(await join(id))).toEqual(['ask 2?']);
    await run({ assistantId, threadId, command: { resume: 'two' } });
    const { values } = await run({ assistantId, threadId, command: { resume: 'sure' } });
    expect(values).toEqual({ steps: ['draft', 'ask:"one"', 'ask:"two"', 'confirm:"sure"'] });
  });
});
