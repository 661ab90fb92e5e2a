import type { CancelAction } from './cancel-action.js';

export const MULTITASK_STRATEGIES = ['REJECT', 'INTERRUPT', 'ROLLBACK', 'ENQUEUE'] as const;
/** What a new run does when its thread has an active one (double texting). */
export type MultitaskStrategy = (typeof MULTITASK_STRATEGIES)[number];

/**
 * Read a row as: "a run that comes with INTERRUPT is taken, and the active runs of its thread are cancelled so that what they completed is
 * kept". Those that have not begun are cancelled at once; one that runs is told to stop, and the new run waits until it has.
 */
export const MULTITASK_RULES = {
  REJECT: { isTaken: false, stopsOthers: null },
  ENQUEUE: { isTaken: true, stopsOthers: null },
  INTERRUPT: { isTaken: true, stopsOthers: 'INTERRUPT' },
  ROLLBACK: { isTaken: true, stopsOthers: 'ROLLBACK' },
} as const satisfies Record<MultitaskStrategy, { readonly isTaken: boolean; readonly stopsOthers: CancelAction | null }>;
