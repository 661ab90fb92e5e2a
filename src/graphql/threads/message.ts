import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';

export const MESSAGE_ROLES = ['HUMAN', 'AI', 'SYSTEM', 'TOOL', 'FUNCTION', 'CHAT', 'REMOVE', 'UNKNOWN'] as const;
export type MessageRole = (typeof MESSAGE_ROLES)[number];

/** A call that a model asked for; `errorMessage` says why its arguments could not be read. */
export interface ToolCall {
  readonly callId: string | null;
  readonly name: string;
  readonly args: Json;
  readonly errorMessage: string | null;
}

/** Tokens that one model call took. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
}

/** A LangChain message in its flattened wire form (`{type, content, id, tool_calls, …}`), read leniently: graphs may put anything there. */
export interface Message {
  readonly raw: JsonObject;
}

export function messageIn(value: Json): Message {
  return { raw: isJsonObject(value) ? value : { content: value } };
}

/** The messages of a state (`values.messages`), none when it holds no such list; `last` keeps that many from the end. */
export function messagesIn(values: Json, last?: number | null): Message[] {
  const list = isJsonObject(values) ? values['messages'] : null;
  return messageList(list ?? null, last);
}

/** Every object of a list as a message. */
export function messageList(list: Json, last?: number | null): Message[] {
  if (!Array.isArray(list)) return [];
  const messages = (list as readonly Json[]).filter(isJsonObject);
  return (last == null ? messages : last === 0 ? [] : messages.slice(-last)).map(messageIn);
}

const ROLE_OF_TYPE: Readonly<Record<string, MessageRole>> = {
  human: 'HUMAN',
  user: 'HUMAN',
  ai: 'AI',
  assistant: 'AI',
  system: 'SYSTEM',
  developer: 'SYSTEM',
  tool: 'TOOL',
  function: 'FUNCTION',
  chat: 'CHAT',
  generic: 'CHAT',
  remove: 'REMOVE',
};

/** The role by the message's `type` (`ai`, `AIMessageChunk`, …), else by its `role`. */
export function roleOf({ raw }: Message): MessageRole {
  const type = textOr(raw['type'], textOr(raw['role'], ''));
  const plain = type.replace(/Message(Chunk)?$/, '').toLowerCase();
  return Object.hasOwn(ROLE_OF_TYPE, plain) ? (ROLE_OF_TYPE[plain] ?? 'UNKNOWN') : 'UNKNOWN';
}

/** The text parts of the content, joined. */
export function textOf({ raw }: Message): string {
  const content = raw['content'];
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as readonly Json[]).map(textOfPart).join('');
}

function textOfPart(part: Json): string {
  if (typeof part === 'string') return part;
  return isJsonObject(part) && (part['type'] === 'text' || part['type'] === undefined) ? textOr(part['text'], '') : '';
}

/** The calls a model asked for, then those whose arguments could not be read. */
export function toolCallsOf({ raw }: Message): ToolCall[] {
  const valid = objectsIn(raw['tool_calls']).map((call) => toToolCall(call, null));
  const invalid = objectsIn(raw['invalid_tool_calls']).map((call) => toToolCall(call, textOr(call['error'], 'Malformed arguments.')));
  return [...valid, ...invalid];
}

function toToolCall(call: JsonObject, errorMessage: string | null): ToolCall {
  return { callId: textOr(call['id'], null), name: textOr(call['name'], ''), args: call['args'] ?? null, errorMessage };
}

/** What the model call took; null when the message does not say. */
export function usageOf({ raw }: Message): TokenUsage | null {
  const usage = raw['usage_metadata'];
  if (!isJsonObject(usage)) return null;
  const inputTokens = countOr(usage['input_tokens'], 0);
  const outputTokens = countOr(usage['output_tokens'], 0);
  return { inputTokens, outputTokens, totalTokens: countOr(usage['total_tokens'], inputTokens + outputTokens) };
}

export function textOr<Fallback>(value: Json | undefined, fallback: Fallback): string | Fallback {
  return typeof value === 'string' ? value : fallback;
}

function countOr(value: Json | undefined, fallback: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : fallback;
}

function objectsIn(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? (list as readonly Json[]).filter(isJsonObject) : [];
}
