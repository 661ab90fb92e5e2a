import { MINUTE } from '../../ports/clock.js';

/** How long what an ended run need not leave behind stays readable: a stateless run with its thread, a log that need not be resumable. */
export const GRACE_MS = 1 * MINUTE;
