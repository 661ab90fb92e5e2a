import { randomUUID } from 'node:crypto';
import type { BaseMessage, ToolCall } from '@langchain/core/messages';

/** What the scripted model says next. */
export interface Reply {
  readonly text: string;
  readonly toolCalls: (ToolCall & { id: string })[];
}

/** What a scripted model says to a conversation. */
export type Script = (messages: readonly BaseMessage[]) => Reply;

/** Answers the last message with what stands in the conversation, and nothing else. */
export function answer(messages: readonly BaseMessage[]): Reply {
  const reports = textsSinceHuman(messages, 'tool');
  if (reports.length > 0) return say(`${reports.join(' ')} Is there another city you would like to know about?`);

  const asked = messages.filter(({ type }) => type === 'human').map(({ text }) => text.trim());
  const question = asked.at(-1) ?? '';
  const earlier = asked.slice(0, -1);
  if (/\b(before|earlier|previous(ly)?|remember)\b/i.test(question)) return recall(earlier);
  if (WEATHER.test(question)) return lookUp(findCity(question));
  if (lastAnswer(messages) === WHICH_CITY) return lookUp(question.replace(/^in\s+|[.?!]+$/gi, ''));
  if (/\b(hi|hello|hey)\b/i.test(question)) return say('Hello! Ask me about the weather in any city.');
  if (/\bthank/i.test(question)) return say('You are welcome.');
  return say(`You said: "${question}". I am a scripted model: I know the weather of any city, and what you asked me before.`);
}

const WEATHER = /\b(weather|forecast|temperature|rain(y|ing)?|sun(ny)?|cold|warm|hot)\b/i;
const WHICH_CITY = 'For which city?';

/** "What is the weather in New York today?" → "New York". */
function findCity(question: string): string | null {
  const place = /\b(?:in|at|for|of)\s+(?:the\s+city\s+of\s+)?([\p{L}][\p{L}\p{M}'’.-]*(?:\s+[\p{Lu}][\p{L}\p{M}'’.-]*)*)/u.exec(question);
  return place?.[1]?.replace(/\.+$/, '') ?? null;
}

function lookUp(city: string | null): Reply {
  if (!city) return say(WHICH_CITY);
  return { text: '', toolCalls: [{ type: 'tool_call', id: `call_${randomUUID()}`, name: 'get_weather', args: { city } }] };
}

function recall(earlier: readonly string[]): Reply {
  if (earlier.length === 0) return say('This is the first thing you asked me.');
  return say(`Before that you asked me: ${earlier.map((question) => `"${question}"`).join(', ')}.`);
}

export function say(text: string): Reply {
  return { text, toolCalls: [] };
}

function lastAnswer(messages: readonly BaseMessage[]): string | undefined {
  return messages.findLast(({ type }) => type === 'ai')?.text;
}

/** Texts of the messages of one type that came after the last human one. */
function textsSinceHuman(messages: readonly BaseMessage[], type: string): string[] {
  const lastHuman = messages.findLastIndex((message) => message.type === 'human');
  return messages
    .slice(lastHuman + 1)
    .filter((message) => message.type === type)
    .map(({ text }) => text);
}
