import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/json.js';
import { messageIn, messageList, messagesIn, roleOf, textOf, toolCallsOf, usageOf } from '../../src/graphql/threads/message.js';

describe('a message', () => {
  it.each([
    ['human', 'HUMAN'],
    ['HumanMessage', 'HUMAN'],
    ['ai', 'AI'],
    ['AIMessageChunk', 'AI'],
    ['system', 'SYSTEM'],
    ['ToolMessageChunk', 'TOOL'],
    ['function', 'FUNCTION'],
    ['generic', 'CHAT'],
    ['remove', 'REMOVE'],
    ['constructor', 'UNKNOWN'],
    ['weather', 'UNKNOWN'],
  ])('of type %s has the role %s', (type, role) => {
    expect(roleOf(messageIn({ type }))).toBe(role);
  });

  it('has the role that `role` says when it has no type', () => {
    expect(roleOf(messageIn({ role: 'user', content: 'hi' }))).toBe('HUMAN');
    expect(roleOf(messageIn({}))).toBe('UNKNOWN');
  });

  it('has the text of its content, or of its text parts joined', () => {
    expect(textOf(messageIn({ content: 'hi' }))).toBe('hi');
    const content: Json = [{ type: 'text', text: 'a' }, { type: 'image_url', image_url: 'x' }, 'b', { type: 'text', text: 'c' }];
    expect(textOf(messageIn({ content }))).toBe('abc');
    expect(textOf(messageIn({ content: null }))).toBe('');
  });

  it('lists the calls whose arguments could not be read behind the others, with the reason', () => {
    const message = messageIn({
      tool_calls: [{ id: '1', name: 'weather', args: { city: 'Bern' }, type: 'tool_call' }],
      invalid_tool_calls: [{ id: '2', name: 'weather', args: '{"ci', error: 'Unexpected end' }, { name: 'x' }],
    });
    expect(toolCallsOf(message)).toEqual([
      { callId: '1', name: 'weather', args: { city: 'Bern' }, errorMessage: null },
      { callId: '2', name: 'weather', args: '{"ci', errorMessage: 'Unexpected end' },
      { callId: null, name: 'x', args: null, errorMessage: 'Malformed arguments.' },
    ]);
  });

  it('has the usage that its model reported, or none', () => {
    expect(usageOf(messageIn({ usage_metadata: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } }))).toEqual({
      inputTokens: 3,
      outputTokens: 4,
      totalTokens: 7,
    });
    expect(usageOf(messageIn({ usage_metadata: { input_tokens: 3, output_tokens: 4 } }))?.totalTokens).toBe(7);
    expect(usageOf(messageIn({}))).toBeNull();
  });

  it('is made of whatever a graph put there', () => {
    for (const odd of [null, 1, 'x', [], {}, { content: 1, tool_calls: 'no', usage_metadata: [] }] as Json[]) {
      const message = messageIn(odd);
      expect([roleOf(message), typeof textOf(message), toolCallsOf(message), usageOf(message)]).toEqual(['UNKNOWN', 'string', [], null]);
    }
  });
});

describe('the messages of a state', () => {
  const values: Json = { messages: [{ type: 'human', content: 'a' }, 'stray', { type: 'ai', content: 'b' }] };

  it('are the objects of `messages`', () => {
    expect(messagesIn(values).map(textOf)).toEqual(['a', 'b']);
  });

  it('are the last ones when so many are asked for', () => {
    expect(messagesIn(values, 1).map(textOf)).toEqual(['b']);
    expect(messagesIn(values, 0)).toEqual([]);
    expect(messagesIn(values, 9)).toHaveLength(2);
  });

  it('are none when the state holds no such list', () => {
    for (const other of [null, [], { messages: 'x' }, {}] as Json[]) expect(messagesIn(other)).toEqual([]);
    expect(messageList(null)).toEqual([]);
  });
});
