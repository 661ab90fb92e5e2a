import { FakeListChatModel } from '@langchain/core/utils/testing';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { expect, test } from 'vitest';
import { collectEvents, makeCall, serveGraphs } from '../support/graph-calls.js';
import { makeMemoryCheckpoints } from '../support/memory-checkpointer.js';

const ANSWER = 'abcdefghijklmnopqrstuvwxyz'.repeat(8);

/** Streams the answer letter by letter, as fast as it is taken. */
const chat = new StateGraph(MessagesAnnotation)
  .addNode('model', async ({ messages }, config) => ({
    messages: [await new FakeListChatModel({ responses: [ANSWER] }).invoke(messages, config)],
  }))
  .addEdge(START, 'model')
  .addEdge('model', END)
  .compile();

test('no token is lost, however many chats stream at once', async () => {
  const graphs = serveGraphs({ g: chat }, makeMemoryCheckpoints().makeCheckpointer);
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const kwargs = { input: { messages: [{ role: 'user', content: 'Hello' }] }, streamModes: ['MESSAGES_TUPLE'] as const };
      const events = await collectEvents(graphs.run(makeCall({ kwargs })));
      return events.map(({ data }) => (data as [{ content: string }])[0].content).join('');
    }),
  );
  expect(answers).toEqual(Array.from({ length: 20 }, () => ANSWER));
});
