import { SECOND } from '../ports/clock.js';
import type { Deps } from '../services/caller.js';
import { fireDueCrons } from '../services/crons/fire-due-crons.js';
import { type Loop, startLoop } from './loop.js';

/** The longest that a clock set forward goes unnoticed; else the loop sleeps until the next fire time, or until crons have changed. */
const LOOK_AGAIN_EVERY_MS = 10 * SECOND;

/** Fires crons when they are due. Every process may do so; they share the work. */
export function startCrons(deps: Deps): Loop {
  return startLoop(deps, { name: 'crons', work: () => fireDueCrons(deps), everyMs: LOOK_AGAIN_EVERY_MS, topic: 'crons' });
}
