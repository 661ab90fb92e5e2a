import { describe, expect, it } from 'vitest';
import { CANCEL_ACTIONS } from '../../src/domain/cancel-action.js';
import { MULTITASK_RULES, MULTITASK_STRATEGIES } from '../../src/domain/multitask.js';

describe('the rules of double texting', () => {
  it('refuse the new run with REJECT alone', () => {
    expect(MULTITASK_STRATEGIES.filter((strategy) => !MULTITASK_RULES[strategy].isTaken)).toEqual(['REJECT']);
  });

  it('stop others with INTERRUPT and ROLLBACK alone, each as the cancel action of its name does', () => {
    const stopping = MULTITASK_STRATEGIES.filter((strategy) => MULTITASK_RULES[strategy].stopsOthers !== null);
    expect(stopping).toEqual(CANCEL_ACTIONS);
    for (const strategy of stopping) expect(MULTITASK_RULES[strategy].stopsOthers).toBe(strategy);
  });

  it('stop nobody for a run that they refuse', () => {
    for (const { isTaken, stopsOthers } of Object.values(MULTITASK_RULES)) expect(isTaken || stopsOthers === null).toBe(true);
  });
});
