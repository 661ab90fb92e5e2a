import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.js';
import { decidePage, LIST_PAGE, type PageArguments } from '../../src/domain/page.js';

function faultsOf(given: PageArguments): string[] {
  try {
    decidePage(given, LIST_PAGE);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.facts['issues'] as { path: string[] }[]).map(({ path }) => path.join('.'));
  }
}

describe('page arguments', () => {
  it('give twenty from the start when nothing is asked', () => {
    expect(decidePage({}, LIST_PAGE)).toEqual({ direction: 'forward', limit: 20, cursor: null });
  });

  it('give the last ones with `last`, before a cursor with `before`', () => {
    expect(decidePage({ last: 5, before: 'c' }, LIST_PAGE)).toEqual({ direction: 'backward', limit: 5, cursor: 'c' });
    expect(decidePage({ first: 0, after: 'c' }, LIST_PAGE)).toEqual({ direction: 'forward', limit: 0, cursor: 'c' });
  });

  it('are refused when negative, too large or contradictory', () => {
    expect(faultsOf({ first: -1 })).toEqual(['first']);
    expect(faultsOf({ first: 100_000 })).toEqual(['first']);
    expect(faultsOf({ last: 101 })).toEqual(['last']);
    expect(faultsOf({ first: 1, last: 1 })).toEqual(['last']);
    expect(faultsOf({ first: 1, before: 'c' })).toEqual(['before']);
    expect(faultsOf({ last: 1, after: 'c' })).toEqual(['after']);
    expect(faultsOf({ after: 'a', before: 'b' })).toContain('before');
  });
});
