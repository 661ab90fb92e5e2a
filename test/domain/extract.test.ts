import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.js';
import { extract, parseExtractPath } from '../../src/domain/extract.js';
import type { Json } from '../../src/domain/json.js';

const ROOTS = ['values', 'metadata'];
const thread: Json = {
  values: { messages: [{ content: 'hi' }, { content: 'bye' }], 'a.b': { 'c]"': 1 }, none: null },
  metadata: { owner: 'ann' },
};
const at = (path: string): Json => extract(thread, parseExtractPath(path, ROOTS));

describe('extract', () => {
  it('follows names and indexes', () => {
    expect(at('metadata.owner')).toBe('ann');
    expect(at('values.messages[0].content')).toBe('hi');
  });

  it('counts a negative index from the end', () => {
    expect(at('values.messages[-1].content')).toBe('bye');
  });

  it('takes names with dots and brackets in quotes', () => {
    expect(at('values["a.b"]["c]\\""]')).toBe(1);
  });

  it('gives null where there is nothing, or nothing to step into', () => {
    for (const path of [
      'values.none.more',
      'values.messages[7]',
      'values.messages.content',
      'metadata.owner[0]',
      'metadata.constructor',
      'metadata.__proto__',
    ])
      expect(at(path), path).toBeNull();
  });

  it('gives the whole of a root', () => {
    expect(at('metadata')).toEqual({ owner: 'ann' });
  });

  it.each(['', '.', 'values.', 'values..a', 'values[a]', 'values[1', 'values.a]', 'other.a', '[0]', `values.${'a'.repeat(2_000)}`])(
    'refuses the path %j with BAD_USER_INPUT',
    (path) => {
      expect(() => at(path)).toThrow(AppError);
      try {
        at(path);
      } catch (error) {
        expect((error as AppError).code).toBe('BAD_USER_INPUT');
        expect((error as AppError).facts).toMatchObject({ issues: [{ path: ['path'] }] });
      }
    },
  );

  it('finds any key again when it is quoted', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (key, value) => {
        const quoted = key.replace(/["\\]/g, '\\$&');
        expect(extract({ values: { [key]: value } }, parseExtractPath(`values["${quoted}"]`, ROOTS))).toBe(value);
      }),
    );
  });
});
