/** What becomes of a run that is told to stop. INTERRUPT keeps its completed steps; ROLLBACK undoes it. */
export const CANCEL_ACTIONS = ['INTERRUPT', 'ROLLBACK'] as const;
export type CancelAction = (typeof CANCEL_ACTIONS)[number];
