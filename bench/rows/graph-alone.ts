import { performance } from 'node:perf_hooks';
import { graph as threeNodes } from '../../examples/graphs/test-agent.js';
import { ratePerSecond, rounds, timesMs } from '../crowd.js';
import { durationOf, rateOf, type Figure } from '../figure.js';
import { graph as chat, TOKENS } from '../graphs/chat.js';
import { INPUTS, WORKS } from '../works.js';

/** The same graphs in this process: streamed, but not remembered, not written and not carried anywhere. */
export async function measureGraphsAlone(): Promise<Figure[]> {
  // LangChain hands tokens over in the background unless told otherwise, and a stream that ends meanwhile loses them: of 50 chats at once,
  // one event each was left (@langchain/core 1.2.13, November 2026).
  process.env['LANGCHAIN_CALLBACKS_BACKGROUND'] = 'false';
  await ratePerSecond(16, 400, runThreeNodes);
  const one = await timesMs(200, runThreeNodes);
  const many = rateOf(WORKS.waitMany, await rounds(3, () => ratePerSecond(16, 400, runThreeNodes)));
  await rounds(20, runChat);
  const chatTimes = await timesMs(50, runChat);
  const crowds = await rounds(3, chatAtOnce);
  return [
    durationOf(WORKS.waitOne, one),
    many,
    { ...many, work: WORKS.background },
    durationOf(WORKS.allEvents, chatTimes),
    rateOf(WORKS.manyChats, crowds),
  ];
}

async function runThreeNodes(): Promise<number> {
  return count(await threeNodes.stream(INPUTS.test_agent, { streamMode: ['values'] }));
}

async function runChat(): Promise<number> {
  const events = await count(await chat.stream({ messages: [...INPUTS.chat.messages] }, { streamMode: ['messages'] }));
  if (events < TOKENS) throw new Error(`A chat brought ${events} tokens.`);
  return events;
}

async function chatAtOnce(): Promise<number> {
  const started = performance.now();
  const counts = await Promise.all(Array.from({ length: 50 }, runChat));
  return counts.reduce((sum, events) => sum + events, 0) / ((performance.now() - started) / 1_000);
}

async function count(stream: AsyncIterable<unknown>): Promise<number> {
  let events = 0;
  for await (const _ of stream) events += 1;
  return events;
}
