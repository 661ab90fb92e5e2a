import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { ask, codesOf } from '../support/client.js';
import { createRunOn, eventsOf, joinRunOf, tryCreateRunOn } from '../support/runs.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const ABSENT = '1f0a1fbc-0000-6376-8c2c-1b8e9a0a99bc';
const YEAR_SECONDS = 365 * 24 * 60 * 60;

let server: TestServer;
let threadId: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
  threadId = (
    await ask<{ createThread: { thread: { id: string } } }>(
      server.url,
      'mutation { createThread(input: { graphId: "chat" }) { thread { id } } }',
    )
  ).createThread.thread.id;
});
afterAll(() => server.close());

/** Input for the thread, which is made later than this table. */
const onThread = (input: object) => (): object => ({ threadId, ...input });

it.each<[string, Record<string, unknown> | (() => object), string]>([
  ['an unknown stream mode', { streamModes: ['LOUD'] }, 'BAD_USER_INPUT'],
  ['an unknown strategy', { multitaskStrategy: 'IGNORE' }, 'BAD_USER_INPUT'],
  ['an unknown field', { priority: 1 }, 'BAD_USER_INPUT'],
  ['an id that is no UUID', { id: 'mine' }, 'BAD_USER_INPUT'],
  ['an answer without a thread', { command: { resume: 1 } }, 'BAD_USER_INPUT'],
  ['a checkpoint without a thread', { checkpointId: ABSENT }, 'BAD_USER_INPUT'],
  ['two checkpoints', onThread({ checkpointId: ABSENT, checkpoint: { checkpointId: ABSENT } }), 'BAD_USER_INPUT'],
  ['a checkpoint that is not there', onThread({ checkpointId: ABSENT }), 'CHECKPOINT_NOT_FOUND'],
  ['a delay below none', { afterSeconds: -1 }, 'BAD_USER_INPUT'],
  ['a delay of a year', { afterSeconds: YEAR_SECONDS }, 'BAD_USER_INPUT'],
  ['a webhook that is no address', { webhook: 'soon' }, 'BAD_USER_INPUT'],
  ['a webhook of another scheme', { webhook: 'ftp://example.org/' }, 'BAD_USER_INPUT'],
  ['a config that is no object', { config: 'fast' }, 'BAD_USER_INPUT'],
  ['a recursion limit of none', { config: { recursionLimit: 0 } }, 'BAD_USER_INPUT'],
  ['a command that says nothing', onThread({ command: {} }), 'BAD_USER_INPUT'],
  ['both names of durability', { durability: 'SYNC', checkpointDuring: true }, 'BAD_USER_INPUT'],
  ['an unknown assistant', { assistantId: 'nobody' }, 'ASSISTANT_NOT_FOUND'],
  ['a thread that is not there', { threadId: crypto.randomUUID() }, 'THREAD_NOT_FOUND'],
])('%s is refused, and nothing is created', async (_what, given, code) => {
  const { prisma } = server.app.deps.database;
  const count = () => Promise.all([prisma.run.count(), prisma.thread.count(), prisma.runEvent.count()]);
  const before = await count();
  const input = { assistantId: 'chat', input: { messages: [] }, ...(typeof given === 'function' ? given() : given) };
  expect(codesOf(await tryCreateRunOn(server.url, input))).toEqual([code]);
  expect(await count()).toEqual(before);
});

test.each([{ node: 'nowhere' }, { node: 'nowhere', input: {} }])(
  'a goto %j to no node ends the run in ERROR, and tells which there are',
  async (goto) => {
    const run = await createRunOn(server.url, { assistantId: 'chat', threadId, command: { goto: [goto] } });
    expect((await joinRunOf(server.url, run.id)).run.status).toBe('ERROR');
    const [error] = (await eventsOf(server.url, run.id)).filter(({ __typename }) => __typename === 'RunErrorEvent');
    expect(error?.data).toEqual({
      error: 'UnknownNode',
      message: '`command.goto` names node nowhere, which graph chat does not have. It has: answer.',
    });
  },
);
