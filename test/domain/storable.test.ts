import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findStorageFault } from '../../src/domain/storable.js';

function nested(levels: number): unknown {
  let value: unknown = 'leaf';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('findStorageFault', () => {
  it('finds nothing in JSON that JSON.stringify gives back equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(JSON.stringify(value).isWellFormed() && !JSON.stringify(value).includes('\\u'));
        expect(findStorageFault(JSON.parse(JSON.stringify(value)))).toBeNull();
      }),
    );
  });

  it.each([
    ['U+0000 in a string', { a: [{ b: 'x\u0000y' }] }, ['a', 0, 'b']],
    ['half a surrogate pair', { a: '\ud83d' }, ['a']],
    ['U+0000 in a key', { a: { 'k\u0000': 1 } }, ['a', 'k\\u0000']],
    ['a number beyond a double', { a: JSON.parse('1e999') as number }, ['a']],
  ])('names the path of %s', (_what, value, path) => {
    expect(findStorageFault(value)?.path).toEqual(path);
  });

  it('puts the given path in front', () => {
    expect(findStorageFault(['\u0000'], ['input'])?.path).toEqual(['input', 0]);
  });

  it('takes 200 levels and refuses 201', () => {
    expect(findStorageFault(nested(200))).toBeNull();
    expect(findStorageFault(nested(201))?.message).toContain('200 levels');
  });

  it('does not overflow the stack', () => {
    expect(findStorageFault(nested(500_000))?.message).toContain('200 levels');
  });

  it('takes whole surrogate pairs and other control characters', () => {
    expect(findStorageFault({ text: '😀\u0001\u007f\uffff' })).toBeNull();
  });
});
