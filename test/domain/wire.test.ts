import { AIMessage, AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toWire } from '../../src/langgraph/events/wire.js';

test('what JSON can say is written as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(toWire(value)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('whatever a value is, its wire form is JSON', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      const wire = toWire(value);
      expect(JSON.parse(JSON.stringify(wire))).toEqual(wire);
    }),
  );
});

test('messages are flattened, however deep they stand', () => {
  const message = new AIMessage({ content: 'hi', id: 'm1', tool_calls: [{ name: 't', args: { a: 1 }, id: 'c1' }] });
  expect(toWire({ messages: [new HumanMessage({ content: 'hello', id: 'm0' }), message] })).toEqual({
    messages: [
      { type: 'human', content: 'hello', id: 'm0', additional_kwargs: {}, response_metadata: {} },
      expect.objectContaining({
        type: 'ai',
        content: 'hi',
        id: 'm1',
        tool_calls: [expect.objectContaining({ name: 't', args: { a: 1 }, id: 'c1' })],
      }),
    ],
  });
  expect(toWire(new AIMessageChunk({ content: 'h', id: 'm2' }))).toMatchObject({ type: 'ai', content: 'h', id: 'm2' });
});

test.each<[string, unknown, unknown]>([
  ['a Map with text keys', new Map([['a', 1n]]), { a: '1' }],
  ['a Map with other keys', new Map([[1, 'a']]), [[1, 'a']]],
  ['a Set', new Set([1, 2]), [1, 2]],
  ['bytes', new Uint8Array([1, 2, 3]), 'AQID'],
  ['a Buffer', Buffer.from([1, 2, 3]), 'AQID'],
  ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['no date', new Date(NaN), null],
  ['NaN and infinities', [NaN, Infinity, -Infinity], [null, null, null]],
  ['an Error', new RangeError('no'), { name: 'RangeError', message: 'no' }],
  ['undefined and functions', { a: undefined, b: () => 1, c: [undefined, Symbol('s')] }, { c: [null, null] }],
  ['undefined alone', undefined, null],
  ['an object with toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
  ['a toJSON that throws', { toJSON: () => failing() }, '[unreadable: no]'],
  [
    'a getter that throws',
    {
      inner: {
        get a() {
          return failing();
        },
      },
    },
    { inner: '[unreadable: no]' },
  ],
  ['a toDict of somebody else', { toDict: () => 1, a: 1 }, { a: 1 }],
  ['a key called __proto__', JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}')],
])('%s has a wire form', (_name, value, wire) => {
  expect(toWire(value)).toEqual(wire);
});

test('a value that contains itself ends at the second time', () => {
  const loop: Record<string, unknown> = { a: 1 };
  loop['self'] = [loop];
  const twice = { shared: 1 };
  expect(toWire({ loop, twice: [twice, twice] })).toEqual({ loop: { a: 1, self: ['[circular]'] }, twice: [twice, twice] });
  const endless = { toJSON: (): unknown => ({ next: { toJSON: endless.toJSON } }) };
  expect(JSON.stringify(toWire(endless))).toContain('[too deep]');
});

function failing(): never {
  throw new Error('no');
}
