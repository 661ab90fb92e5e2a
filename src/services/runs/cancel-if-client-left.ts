import { AppError } from '../../domain/errors.js';
import type { Caller } from '../caller.js';
import { cancelRun } from './cancel-run.js';

/** Why a signal fired: the client hung up or completed its operation. A server that stops gives no such reason: its clients come back. */
export const CLIENT_LEFT = 'clientLeft';

/** Cancels a run (INTERRUPT) whose client left before its end; one that has ended meanwhile stays as it is. */
export async function cancelIfClientLeft(caller: Caller, runId: string, abort: AbortSignal): Promise<void> {
  if (!abort.aborted || abort.reason !== CLIENT_LEFT) return;
  try {
    await cancelRun(caller, runId, { action: 'INTERRUPT', wait: false, abort });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/** Does so when `abort` fires, at once. For subscriptions, whose end is not awaited by anybody. */
export function cancelWhenClientLeaves(caller: Caller, runId: string, abort: AbortSignal): void {
  const cancel = (): void => {
    cancelIfClientLeft(caller, runId, abort).catch((error: unknown) => {
      caller.telemetry.emit('loop.failed', { loop: 'cancel on disconnect', error });
    });
  };
  if (abort.aborted) cancel();
  else abort.addEventListener('abort', cancel, { once: true });
}
