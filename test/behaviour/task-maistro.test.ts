import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/client.js';
import { createRunOn, joinRunOf } from '../support/runs.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const userId = randomUUID();
const namespace = ['todo', 'personal', userId];

/** What it answers in a new thread. */
async function say(content: string, user: string = userId): Promise<string> {
  const config = { configurable: { user_id: user, todo_category: 'personal', model: 'scripted', tokenDelayMs: 0 } };
  const { id } = await createRunOn(server.url, { assistantId: 'task_maistro', input: { messages: [{ type: 'human', content }] }, config });
  const { values, run } = await joinRunOf(server.url, id);
  expect(run.status).toBe('SUCCESS');
  return (values as { messages: { content: string }[] }).messages.at(-1)?.content ?? '';
}

interface TodoItem {
  readonly key: string;
  readonly value: { readonly task: string };
}

async function listTodos(): Promise<readonly TodoItem[]> {
  const query = 'query ($prefix: [String!]!) { storeItems(namespacePrefix: $prefix) { nodes { key value } } }';
  return (await ask<{ storeItems: { nodes: TodoItem[] } }>(server.url, query, { prefix: namespace })).storeItems.nodes;
}

test('what two threads were told to remember, a third one knows; a client adds and deletes beside them', async () => {
  expect(await say('Please remember to call the dentist and to water the plants.')).toBe(
    'I noted: call the dentist. I noted: water the plants.',
  );
  await say('I need to pay the rent!');
  const answer = await say('What is on my list?');
  for (const task of ['call the dentist', 'water the plants', 'pay the rent']) expect(answer).toContain(task);
  expect((await listTodos()).map(({ value }) => value.task).sort()).toEqual(['call the dentist', 'pay the rent', 'water the plants']);

  const put = 'mutation ($input: PutStoreItemInput!) { putStoreItem(input: $input) { item { id } } }';
  await ask(server.url, put, { input: { namespace, key: 'from outside', value: { task: 'buy a cake' } } });
  const rent = (await listTodos()).find(({ value }) => value.task === 'pay the rent');
  const remove = 'mutation ($namespace: [String!]!, $key: String!) { deleteStoreItem(namespace: $namespace, key: $key) { deletedId } }';
  await ask(server.url, remove, { namespace, key: rent?.key });
  expect(await say('What do I have to do?')).toMatch(/^Your list: .*buy a cake\.$/);
  expect(await say('What do I have to do?')).not.toContain('rent');

  expect(await say('I finished call the dentist.')).toBe('I crossed out: call the dentist.');
  expect((await listTodos()).map(({ value }) => value.task).sort()).toEqual(['buy a cake', 'water the plants']);
  expect(await say('What is on my list?', 'somebody else')).toBe('Your list is empty.');
});
