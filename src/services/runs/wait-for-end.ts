import { isFinal, type Run } from '../../domain/run.js';
import { SECOND } from '../../ports/clock.js';
import type { Caller } from '../caller.js';
import { getRun } from './read-runs.js';

/** Only a safety net: the signal of the run's end is what ends the wait. */
const LOOK_AGAIN_EVERY_MS = 5 * SECOND;

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Ends the wait early. */
  readonly abort: AbortSignal;
}

/**
 * A run when it has ended, or as it is when the time is up or `abort` fires; also one that was rolled back, while its log is kept. Holds no
 * database connection while it waits.
 * @throws RUN_NOT_FOUND, BAD_USER_INPUT
 */
export async function waitForEnd(caller: Caller, id: string, { timeoutMs, abort }: WaitOptions): Promise<Run> {
  const deadline = caller.clock.now().getTime() + timeoutMs;
  // Listen, then read, then wait: an end between the read and the wait has already fired this.
  let ended = new AbortController();
  const unlisten = caller.signals.listen(`run:${id.toLowerCase()}`, () => ended.abort());
  try {
    for (;;) {
      const run = await getRun(caller, id, { removed: true });
      const leftMs = deadline - caller.clock.now().getTime();
      if (isFinal(run.status) || leftMs <= 0 || abort.aborted) return run;
      await caller.clock.sleep(Math.min(leftMs, LOOK_AGAIN_EVERY_MS), AbortSignal.any([ended.signal, abort]));
      ended = new AbortController();
    }
  } finally {
    unlisten();
  }
}
