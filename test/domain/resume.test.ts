import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findResumeFault, namedInterruptIds, type Waiting } from '../../src/domain/resume.js';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string];
const AT = new Date('2026-11-21T04:00:00Z');
const NOTHING: Waiting = { interruptIds: [], isAtBreakpoint: false, hasFailed: false, next: [], answered: [] };

describe('the interrupts that a resume names', () => {
  it.each([
    [{ [A]: 1 }, [A]],
    [{ [A]: null, [B]: false }, [A, B]],
    [{ [A]: 1, other: 2 }, null],
    [{ [A.toUpperCase()]: 1 }, null],
    [{ [`${A}0`]: 1 }, null],
    [{}, null],
    [[], null],
    [[A], null],
    [A, null],
    [null, null],
    [0, null],
  ])('of %j are %j', (resume, named) => {
    expect(namedInterruptIds(resume)).toEqual(named);
  });

  it('are the keys of an object that has such keys only', () => {
    const id = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.dictionary(id, fc.jsonValue() as fc.Arbitrary<null>, { minKeys: 1 }), (map) => {
        expect(namedInterruptIds(map)).toEqual(Object.keys(map));
        expect(namedInterruptIds({ ...map, other: 1 })).toBeNull();
      }),
    );
  });
});

describe('a resume answers something', () => {
  it.each<[string, unknown, Partial<Waiting>]>([
    ['with one value for what waits', 'yes', { interruptIds: [A] }],
    ['with one value for all that wait', 'yes', { interruptIds: [A, B] }],
    ['with an empty value', null, { interruptIds: [A] }],
    ['with some of the ids that wait', { [A]: 1 }, { interruptIds: [A, B] }],
    ['with the id of a question whose earlier namesake was answered', { [A]: 1 }, { interruptIds: [A], answered: [answered(A)] }],
    ['with one value at a breakpoint', 'go', { isAtBreakpoint: true, next: ['b'] }],
  ])('%s', (_how, resume, waiting) => {
    expect(findResumeFault(resume as null, { ...NOTHING, ...waiting })).toBeNull();
  });
});

describe('a resume answers nothing', () => {
  it.each<[string, unknown, Partial<Waiting>, string]>([
    ['where nothing was asked', 1, {}, 'answers nothing, because no interrupt waits on the thread. Start with `input` instead.'],
    [
      'where all was answered',
      1,
      { answered: [answered(A)] },
      'answers nothing, because no interrupt waits on the thread: the last one was answered by run r at 2026-11-21T04:00:00.000Z. Start with `input` instead.',
    ],
    [
      'with a value that is none at a breakpoint',
      null,
      { isAtBreakpoint: true, next: ['b', 'c'] },
      'answers nothing, because no interrupt waits on the thread (it stands at a breakpoint, where nothing was asked). To go on before b, c, leave the command out.',
    ],
    [
      'after a failure',
      1,
      { hasFailed: true },
      'answers nothing, because no interrupt waits on the thread. To try what failed once more, leave the command out.',
    ],
    [
      'with ids that were answered, or never asked, beside one that waits',
      { [A]: 1, [B]: 2, [C]: 3 },
      { interruptIds: [A], answered: [{ ...answered(B), resolvedRunId: null }] },
      `names interrupt ${B}, which was answered by a state update at 2026-11-21T04:00:00.000Z; names interrupt ${C}, which the thread never asked. Waiting for an answer: ${A}.`,
    ],
    [
      'with an id, where none waits',
      { [A]: 1 },
      {},
      `names interrupt ${A}, which the thread never asked. No interrupt waits. Start with \`input\` instead.`,
    ],
  ])('%s, and says why', (_how, resume, waiting, fault) => {
    expect(findResumeFault(resume as null, { ...NOTHING, ...waiting })).toBe(fault);
  });
});

describe('an answer that was given as one value some time ago', () => {
  it.each<[string, Partial<Waiting>, string[] | undefined]>([
    ['for what still waits', { interruptIds: [A] }, [A, B]],
    ['before anything was asked', { interruptIds: [C] }, undefined],
    ['at a breakpoint that is still there', { isAtBreakpoint: true, next: ['b'] }, []],
  ])('%s answers it', (_when, waiting, givenFor) => {
    expect(findResumeFault('go', { ...NOTHING, ...waiting }, givenFor)).toBeNull();
  });

  it.each<[string, Partial<Waiting>, string[], string]>([
    [
      'for another question',
      { interruptIds: [B, C] },
      [A, B],
      `was given while interrupt ${A}, ${B} waited, and would answer interrupt ${C} now. Waiting for an answer: ${B}, ${C}.`,
    ],
    [
      'at a breakpoint, where a question waits now',
      { interruptIds: [A] },
      [],
      `was given while a breakpoint waited, and would answer interrupt ${A} now. Waiting for an answer: ${A}.`,
    ],
    [
      'for a question, where a breakpoint waits now',
      { isAtBreakpoint: true, next: ['b'], answered: [answered(A)] },
      [A],
      'answers nothing, because no interrupt waits on the thread: the last one was answered by run r at 2026-11-21T04:00:00.000Z. To go on before b, leave the command out.',
    ],
  ])('%s answers nothing', (_when, waiting, givenFor, fault) => {
    expect(findResumeFault('go', { ...NOTHING, ...waiting }, givenFor)).toBe(fault);
  });
});

function answered(interruptId: string) {
  return { interruptId, resolvedAt: AT, resolvedRunId: 'r' };
}
