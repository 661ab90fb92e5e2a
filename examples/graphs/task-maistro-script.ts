import { randomUUID } from 'node:crypto';
import type { BaseMessage } from '@langchain/core/messages';
import { type Reply, say } from './script.js';

/** Notes what is to be done, strikes out what is done, and tells the list that stands in the system message. */
export function keepList(messages: readonly BaseMessage[]): Reply {
  const last = messages.at(-1);
  if (last?.type === 'tool') return say(toolTextsAtEnd(messages).join(' '));
  const said = last?.text.trim() ?? '';
  if (said.endsWith('?') || /^(what|which|show|list)\b/i.test(said)) return tellList(messages);
  const [, done] = /\b(?:finished|did|done with|completed|remove|delete|cross out)\s+(.+)$/i.exec(said) ?? [];
  if (done !== undefined) return call('remove_todo', [done]);
  const [, wanted] = /\b(?:remember to|remind me to|i (?:need|have|want) to|i must|add)\s+(.+)$/i.exec(said) ?? [];
  if (wanted !== undefined) return call('add_todo', wanted.split(/\s+and\s+(?:to\s+)?|\s*;\s*/i));
  return tellList(messages);
}

function call(name: string, tasks: readonly string[]): Reply {
  const toolCalls = tasks.map((task) => ({
    type: 'tool_call' as const,
    id: `call_${randomUUID()}`,
    name,
    args: { task: task.replace(/[.!?]+$/, '').trim() },
  }));
  return { text: '', toolCalls };
}

function tellList(messages: readonly BaseMessage[]): Reply {
  const system = messages.find(({ type }) => type === 'system')?.text ?? '';
  const todos = system.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []));
  return say(todos.length === 0 ? 'Your list is empty.' : `Your list: ${todos.join('; ')}.`);
}

function toolTextsAtEnd(messages: readonly BaseMessage[]): string[] {
  const lastCall = messages.findLastIndex(({ type }) => type !== 'tool');
  return messages.slice(lastCall + 1).map(({ text }) => text);
}
