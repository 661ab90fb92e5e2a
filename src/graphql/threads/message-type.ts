import { badUserInput } from '../../domain/errors.js';
import { builder } from '../builder.js';
import { MESSAGE_ROLES, roleOf, textOf, textOr, toolCallsOf, usageOf, type Message, type TokenUsage, type ToolCall } from './message.js';

const MessageRole = builder.enumType('MessageRole', { values: MESSAGE_ROLES });

const ToolCallType = builder.objectRef<ToolCall>('ToolCall').implement({
  fields: (t) => ({
    callId: t.exposeString('callId', { nullable: true }),
    name: t.exposeString('name'),
    args: t.expose('args', { type: 'JSON', nullable: true }),
    errorMessage: t.exposeString('errorMessage', { nullable: true }),
  }),
});

const TokenUsageType = builder.objectRef<TokenUsage>('TokenUsage').implement({
  fields: (t) => ({
    inputTokens: t.exposeInt('inputTokens'),
    outputTokens: t.exposeInt('outputTokens'),
    totalTokens: t.exposeInt('totalTokens'),
  }),
});

export const MessageType = builder.objectRef<Message>('Message').implement({
  description: '`messageId` not `id`: one message has different content at different checkpoints.',
  fields: (t) => ({
    messageId: t.string({ nullable: true, resolve: ({ raw }) => textOr(raw['id'], null) }),
    role: t.field({ type: MessageRole, resolve: roleOf }),
    name: t.string({ nullable: true, resolve: ({ raw }) => textOr(raw['name'], null) }),
    text: t.string({ description: 'Text parts joined.', resolve: textOf }),
    content: t.field({ type: 'JSON', nullable: true, resolve: ({ raw }) => raw['content'] ?? null }),
    toolCalls: t.field({ type: [ToolCallType], resolve: toolCallsOf }),
    toolCallId: t.string({ nullable: true, resolve: ({ raw }) => textOr(raw['tool_call_id'], null) }),
    usage: t.field({ type: TokenUsageType, nullable: true, resolve: usageOf }),
    raw: t.expose('raw', { type: 'JSONObject', description: 'The untouched LangChain message.' }),
  }),
});

/** Refuses a negative `last`. */
export function requireLast(last: number | null | undefined): number | null {
  if (last == null) return null;
  if (last < 0) throw badUserInput('`last` must not be negative.', [{ path: ['last'], message: 'must not be negative' }]);
  return last;
}
