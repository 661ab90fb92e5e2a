import type { CancelAction } from '../../domain/cancel-action.js';
import { AppError } from '../../domain/errors.js';
import { isFinal, type Run } from '../../domain/run.js';
import { SECOND } from '../../ports/clock.js';
import type { Caller } from '../caller.js';
import { getRun } from './read-runs.js';
import { requestStop } from './request-stop.js';
import { waitForEnd } from './wait-for-end.js';

const WAIT_MS = 55 * SECOND;

export interface CancelRun {
  readonly action: CancelAction;
  /** Answer only when the run has stopped, or after 55 s. */
  readonly wait: boolean;
  readonly abort: AbortSignal;
}

/**
 * Stops a run: one that waits is CANCELLED at once, one that runs when its graph call has ended. INTERRUPT keeps its completed steps;
 * ROLLBACK undoes it, and the run leaves every query (what is returned still describes it). Repeating it is harmless; a later ROLLBACK wins
 * over an INTERRUPT that has not stopped the run yet.
 * @throws RUN_NOT_FOUND, BAD_USER_INPUT; RUN_NOT_CANCELLABLE when it ended otherwise
 */
export async function cancelRun(caller: Caller, id: string, { action, wait, abort }: CancelRun): Promise<Run> {
  for (;;) {
    const run = await getRun(caller, id, { removed: true });
    if (run.status === 'CANCELLED') return run;
    if (isFinal(run.status)) throw notCancellable(run);
    const stopped = await requestStop(caller, [run], action);
    if (stopped.length > 0) return waitForEnd(caller, id, { timeoutMs: wait ? WAIT_MS : 0, abort });
  }
}

function notCancellable({ id, status }: Run): AppError {
  const message = `Run ${id} has ended already (${status}): only a PENDING or RUNNING run can be cancelled.`;
  return new AppError('RUN_NOT_CANCELLABLE', message, { id, runStatus: status });
}
