import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideChange, type Found, type Told } from '../../src/domain/change.js';

const found: Found = { version: 'a', isNew: false, matches: true };
const other = { ...found, matches: false };

describe('what a feed tells of an object', () => {
  it.each<[string, Found | null, Told, string | null]>([
    ['a new one that matches', { ...found, isNew: true }, undefined, 'CREATED'],
    ['an old one of which nothing was told', found, undefined, 'UPDATED'],
    ['one that is as it was told', found, { version: 'a' }, null],
    ['one that is another than was told', found, { version: 'b' }, 'UPDATED'],
    ['one that is gone', null, { version: 'a' }, 'DELETED'],
    ['one that stopped matching', other, { version: 'a' }, 'DELETED'],
    ['one that is gone, of which nothing was told', null, undefined, 'DELETED'],
    ['an old one that does not match, of which nothing was told', other, undefined, 'DELETED'],
    ['a new one that does not match', { ...other, isNew: true }, undefined, null],
    ['one that is gone, as was told', null, 'gone', null],
    ['one that still does not match', other, 'gone', null],
    ['one that matches again', found, 'gone', 'UPDATED'],
  ])('%s', (_what, now, told, kind) => {
    expect(decideChange(now, told)).toBe(kind);
  });

  it('keeps a client’s list true, whatever happens between two looks, and repeats nothing', () => {
    const states = fc.option(fc.record({ version: fc.constantFrom('a', 'b', 'c'), matches: fc.boolean() }));
    // The object as it was when the feed began, then as each look finds it.
    fc.assert(
      fc.property(states, fc.array(states), (first, looks) => {
        let list = first?.matches ? first.version : null;
        let told: Told;
        for (const [index, state] of looks.entries()) {
          // One that is gone and comes back is another object, created since.
          const isNew = !first || looks.slice(0, index).includes(null);
          const kind = decideChange(state && { ...state, isNew }, told);
          if (kind !== null) {
            const before = told;
            const shown = kind === 'DELETED' ? null : state;
            told = shown ? { version: shown.version } : 'gone';
            list = shown?.version ?? null;
            expect(told).not.toEqual(before);
          }
          expect(list).toBe(state?.matches ? state.version : null);
        }
      }),
    );
  });
});
