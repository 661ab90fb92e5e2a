import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../src/domain/event.js';
import { makeBeginningFilter } from '../../src/executor/beginning-told.js';

const values: EventDraft = { kind: 'VALUES', namespace: [], data: {} };
const checkpoint: EventDraft = { kind: 'CHECKPOINTS', namespace: [], data: {} };
const debugged: EventDraft = { kind: 'DEBUG', namespace: [], data: { type: 'checkpoint' } };
const inner = (draft: EventDraft): EventDraft => ({ ...draft, namespace: ['outer:1'] });

describe('what a further attempt tells first', () => {
  test('is left out once, when it was told already', () => {
    const filter = makeBeginningFilter({ values: true, checkpoint: true });
    expect([values, checkpoint, debugged].map(filter.skips)).toEqual([true, true, true]);
    expect([values, checkpoint, debugged].map(filter.skips)).toEqual([false, false, false]);
  });

  test('is told when it was not', () => {
    const filter = makeBeginningFilter({ values: false, checkpoint: false });
    expect([values, checkpoint, debugged].map(filter.skips)).toEqual([false, false, false]);
  });

  test('is the root’s alone, and of DEBUG the checkpoint alone', () => {
    const filter = makeBeginningFilter({ values: true, checkpoint: true });
    const task: EventDraft = { ...debugged, data: { type: 'task' } };
    expect([inner(values), inner(checkpoint), inner(debugged), task].map(filter.skips)).toEqual([false, false, false, false]);
  });

  test('is no state of a later step', () => {
    const filter = makeBeginningFilter({ values: true, checkpoint: false });
    filter.passValues();
    expect(filter.skips(values)).toBe(false);
  });
});
