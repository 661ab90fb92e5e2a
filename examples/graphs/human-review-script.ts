import type { BaseMessage } from '@langchain/core/messages';
import { type Reply, say } from './script.js';

/** Writes what the first human message asks for, with what the later ones want changed. */
export function draftText(messages: readonly BaseMessage[]): Reply {
  const [request = '', ...changes] = messages.filter(({ type }) => type === 'human').map(({ text }) => text.trim());
  const subject = request.replace(/^(please\s+)?(tell|write to|inform)\s+[^,.]*?\s+that\s+/i, '').replace(/[.!?]*$/, '.');
  const body = subject.charAt(0).toUpperCase() + subject.slice(1);
  if (changes.some((change) => /\b(short|brief|concise)/i.test(change))) return say(body);
  const notes = changes.map((change) => `(As you asked: ${change}.)`);
  return say(['Hello,', body, ...notes, 'Kind regards'].join('\n'));
}
