import { randomUUID } from 'node:crypto';
import type { BaseMessage } from '@langchain/core/messages';
import { type Reply, say } from './script.js';

/** Facts first, then the report, then the end. */
export function chooseNext(messages: readonly BaseMessage[]): Reply {
  const next = lineOf(messages, 'Facts') === 'none' ? 'researcher' : lineOf(messages, 'Report') === 'none' ? 'writer' : 'finish';
  return { text: '', toolCalls: [{ type: 'tool_call', id: `call_${randomUUID()}`, name: 'route', args: { next } }] };
}

export function writeReport(messages: readonly BaseMessage[]): Reply {
  return say(`You asked: "${lineOf(messages, 'Question')}" ${lineOf(messages, 'Facts')} That is all I know.`);
}

/** "Facts: a b" → "a b". */
function lineOf(messages: readonly BaseMessage[], label: string): string {
  const task = messages.at(-1)?.text ?? '';
  return new RegExp(`^${label}: (.*)$`, 'm').exec(task)?.[1] ?? '';
}
