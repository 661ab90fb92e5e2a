import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { v7 as uuid7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { ask } from '../support/client.js';
import { startTestServer, type TestServer } from '../support/server.js';

const ROOT = new URL('../../', import.meta.url);
const readDocument = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const readme = readDocument('README.md');

/** The README's GraphQL documents, in their order. */
const [createThread = '', createRun = '', followRun = '', joinRun = '', readThread = ''] = [
  ...readme.matchAll(/```graphql\n([^]*?)```/g),
].map(([, document]) => document ?? '');

describe('the first queries of the README', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  test('create a thread, run the agent on it, join the run, and read the answer', async () => {
    const created = await ask<{ createThread: { thread: { id: string } } }>(server.url, createThread);
    const threadId = created.createThread.thread.id;
    const started = await ask<{ createRun: { run: { id: string } } }>(server.url, createRun, { threadId });
    const runId = started.createRun.run.id;
    expect(await ask(server.url, joinRun, { runId })).toMatchObject({ joinRun: { done: true, error: null } });
    expect(await ask(server.url, readThread, { threadId })).toMatchObject({
      thread: { status: 'IDLE', lastAnswer: expect.stringContaining('Oslo') as string },
    });

    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: followRun, variables: { runId } }),
    });
    const stream = await response.text();
    expect(stream).toContain('RunMessageChunkEvent');
    expect(stream).toContain('"status":"SUCCESS"');
  });

  test('the curl line runs a graph and prints its values', async () => {
    const [, body = '{}'] = /-d '(\{"query".*\})'/.exec(readme) ?? [];
    const { query } = JSON.parse(body) as { query: string };
    expect(await ask(server.url, query)).toMatchObject({ waitRun: { done: true, values: expect.anything() as object } });
  });
});

describe('the documents of docs/human-in-the-loop.md', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  test('lead from a question to its answer', async () => {
    const [inbox = '', answer = ''] = [...readDocument('docs/human-in-the-loop.md').matchAll(/```graphql\n([^]*?)```/g)].map(
      ([, document]) => document ?? '',
    );
    await ask(
      server.url,
      `mutation { waitRun(input: { assistantId: "human_review", onCompletion: KEEP,
      input: { messages: [{ role: "user", content: "Lunch is at noon" }] } }) { done } }`,
    );
    const { interrupts } = await ask<{ interrupts: { totalCount: number; nodes: { interruptId: string; thread: { id: string } }[] } }>(
      server.url,
      inbox,
    );
    expect(interrupts.totalCount).toBe(1);
    const [{ interruptId, thread }] = interrupts.nodes as [(typeof interrupts.nodes)[number]];
    const variables = { runId: uuid7(), threadId: thread.id, answer: { [interruptId]: { action: 'approve' } } };
    const answered = await ask(server.url, answer, variables);
    expect(answered).toMatchObject({ createRun: { run: { id: variables.runId } } });
    expect(await ask(server.url, answer, variables)).toMatchObject({ createRun: { run: { id: variables.runId } } });
    await ask(server.url, joinRun, { runId: variables.runId });
    expect(await ask(server.url, inbox)).toMatchObject({ interrupts: { totalCount: 0 } });
  });
});

describe('the example of docs/threads.md', () => {
  test('makes a thread that has said what it says', async () => {
    const server = await startTestServer();
    const [, document = ''] = /```graphql\n([^]*?)```/.exec(readDocument('docs/threads.md')) ?? [];
    const { createThread: created } = await ask<{ createThread: { thread: { id: string } } }>(server.url, document);
    const query = 'query ($id: ID!) { thread(id: $id) { status messages { role text } history { nodes { metadata } } } }';
    const { thread } = await ask<{ thread: object }>(server.url, query, { id: created.thread.id });
    expect(thread).toMatchObject({
      status: 'IDLE',
      messages: [
        { role: 'HUMAN', text: 'Hello' },
        { role: 'AI', text: 'Hello to you' },
      ],
      history: { nodes: [{ metadata: { source: 'update' } }, { metadata: { source: 'update' } }, { metadata: { source: 'input' } }] },
    });
    await server.close();
  });
});

describe('what the documents say about the sources', () => {
  test('the table of the README names every variable that is read, and no other', () => {
    const read = new Set<string>();
    readConfig(new Proxy({}, { get: (_, variable) => void read.add(String(variable)) }));
    const told = [...readme.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, variable]) => variable);
    expect(told.toSorted()).toEqual([...read].toSorted());
  });

  test.each([
    'README.md',
    'docs/architecture.md',
    'docs/events.md',
    'docs/human-in-the-loop.md',
    'docs/threads.md',
    'docs/webhooks.md',
    'docs/operations.md',
  ])('every file that %s names exists', (document) => {
    const paths = [...readDocument(document).matchAll(/\b(?:src|docs|examples|prisma|test)\/[\w./-]*\w/g)].map(([path]) => path);
    expect(paths.filter((path) => !existsSync(fileURLToPath(new URL(path, ROOT))))).toEqual([]);
  });
});
