import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main as apollo } from '../../examples/clients/apollo.js';
import { type InboxItem, main as inbox } from '../../examples/clients/approval-inbox.js';
import { makeListOfDecisions, openTerminal, parseDecision } from '../../examples/clients/decisions.js';
import { main as demo } from '../../examples/clients/demo.js';
import { main as urql } from '../../examples/clients/urql.js';
import type { ReviewQuestion } from '../../examples/graphs/human-review.js';
import { startChild } from '../support/child.js';
import { ask } from '../support/client.js';
import { makeTemporaryFolder, startSkein, type SkeinProcess } from '../support/skein-process.js';

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let server: SkeinProcess;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  server = await startSkein({ args: ['serve'], cwd: folder.path });
});

afterAll(async () => {
  await server.kill('SIGTERM');
  await folder.remove();
});

describe.each([
  ['urql', urql],
  ['Apollo', apollo],
])('the %s client', (_name, main) => {
  test('loses its connection half-way and resumes without loss or repetition', async () => {
    const { runId, events, connectionCount } = await main({ url: server.url });
    expect(connectionCount).toBe(2);
    expect(events.at(0)?.__typename).toBe('RunMetadataEvent');
    expect(events.at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'SUCCESS' });
    expect(events.length).toBeGreaterThan(10);
    expect(events.map(({ eventId }) => eventId)).toEqual(await readLog(runId));
  });
});

test('the demo prints the answer of the agent, token by token, and ends in SUCCESS', async () => {
  const { status, answer } = await demo({ url: server.url });
  expect(status).toBe('SUCCESS');
  expect(answer).toContain('Oslo');
});

describe('the approval inbox', () => {
  /** Sends whatever else still waits, so that each test has an inbox of its own. */
  const empty = () => inbox({ url: server.url, decide: async () => ({ action: 'approve' }) });

  test('sends what is approved, drafts anew what is to be changed, and passes over what is skipped', async () => {
    await empty();
    const shown: InboxItem[] = [];
    const list = makeListOfDecisions(['approve', 'revise:shorter', 'skip', 'approve']);
    const outcomes = await inbox({ url: server.url, decide: (item) => (shown.push(item), list.decide()) });
    expect(outcomes.map(({ action, threadStatus }) => [action, threadStatus])).toEqual([
      ['approve', 'IDLE'],
      ['revise', 'INTERRUPTED'],
      ['approve', 'IDLE'],
    ]);
    const [first, second, skipped, again] = shown;
    expect(new Set(shown.map(({ thread }) => thread.id)).size).toBe(3);
    expect(again?.thread).toEqual(second?.thread);
    expect(outcomes.map(({ threadId }) => threadId)).toEqual([first?.thread.id, second?.thread.id, second?.thread.id]);
    expect(outcomes[0]?.sent).toBe((first?.value as ReviewQuestion).draft);
    const [before, after] = [second, again].map((item) => (item?.value as ReviewQuestion).draft);
    expect(after!.length).toBeLessThan(before!.length);
    expect(outcomes[2]?.sent).toBe(after);
    expect(await waitingThreads()).toEqual([skipped?.thread.id]);
  });

  test('goes on when somebody else has answered first', async () => {
    await empty();
    let hurried: string | null = null;
    const outcomes = await inbox({
      url: server.url,
      async decide({ thread, interruptId }) {
        if (hurried === null) {
          hurried = thread.id;
          const answer = { [interruptId]: { action: 'approve' } };
          const input = { assistantId: 'human_review', threadId: thread.id, command: { resume: answer } };
          await ask(server.url, 'mutation ($input: CreateRunInput!) { waitRun(input: $input) { done } }', { input });
        }
        return { action: 'approve' };
      },
    });
    expect(outcomes).toHaveLength(2);
    expect(outcomes.map(({ threadId }) => threadId)).not.toContain(hurried);
    expect(await waitingThreads()).toEqual([]);
  });

  test('runs from the command line with answers that are given to it', async () => {
    await empty();
    const answers = ['--url', server.url, '--answers', 'approve,skip'];
    const lines: string[] = [];
    const client = startChild('../../examples/clients/approval-inbox.ts', ...answers);
    for (let line = await client.lines.next(); !line.done; line = await client.lines.next()) lines.push(line.value);
    expect(lines).toContain('Sent:');
    expect(lines.filter((line) => line.startsWith('Inbox:'))).toEqual(['Inbox: 3 waiting', 'Inbox: 2 waiting', 'Inbox: 2 waiting']);
    expect(lines.at(-1)).toBe('1 answered.');
    expect(await waitingThreads()).toHaveLength(2);
  });

  test.each([
    ['approve', { action: 'approve' }],
    [' A ', { action: 'approve' }],
    ['revise: say why: please', { action: 'revise', feedback: 'say why: please' }],
    ['r shorter', { action: 'revise', feedback: 'shorter' }],
    ['skip', { action: 'skip' }],
    ['revise', null],
    ['approve it all', null],
    ['', null],
    [': x', null],
  ])('reads %j as %j', (text, decision) => {
    expect(parseDecision(text)).toEqual(decision);
  });

  test('asks in the terminal until it has an answer, and leaves when the person quits or the terminal is closed', async () => {
    const stdin = new PassThrough();
    const person = openTerminal({ stdin, stdout: new PassThrough().resume() });
    const decided = person.decide();
    stdin.write('what?\nskip\n');
    expect(await decided).toEqual({ action: 'skip' });
    stdin.write('quit\n');
    expect(await person.decide()).toBeNull();
    const left = person.decide();
    stdin.end();
    expect(await left).toBeNull();
    person.close();
  });

  async function waitingThreads(): Promise<string[]> {
    const query = '{ interrupts(filter: { graphId: "human_review" }) { nodes { threadId } } }';
    const { interrupts } = await ask<{ interrupts: { nodes: { threadId: string }[] } }>(server.url, query);
    return interrupts.nodes.map(({ threadId }) => threadId);
  }
});

/** The ids of the run's events as the log has them. */
async function readLog(runId: string): Promise<string[]> {
  const query = 'query ($id: ID!) { run(id: $id) { events(first: 1000) { edges { cursor } } } }';
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { id: runId } }),
  });
  const { data } = (await response.json()) as { data: { run: { events: { edges: { cursor: string }[] } } } };
  return data.run.events.edges.map(({ cursor }) => cursor);
}
