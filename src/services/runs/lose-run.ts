import type { LostRun } from '../../store/runs/find-lost-runs.js';
import { releaseRunIfHeld } from '../../store/runs/release-run-if-held.js';
import type { Deps } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { settleRun, type Settlement } from './settle-run.js';

/**
 * Takes a run from an attempt that will not finish: back to PENDING; CANCELLED (or rolled back) when it was told to stop; or to ERROR when
 * that has happened more than `maxLost` times, so that a run which kills its process does not go round for ever.
 * @throws LeaseLost when somebody else did so first, or the attempt finished after all; then nothing has changed
 */
export async function loseRun(deps: Deps, run: LostRun, { maxLost }: { maxLost: number }): Promise<void> {
  const lostCount = run.lostCount + 1;
  const ended = lostCount > maxLost;
  if (ended) {
    const message = `The run was lost ${lostCount} times: each time its process stopped, or stopped answering, while it ran.`;
    await endRun(deps, run, { status: 'ERROR', error: { name: 'RunLost', message } });
  } else {
    await handBackRun(deps, run, { lost: true });
    deps.signals.notify('queue');
  }
  deps.telemetry.emit('run.lost', { runId: run.runId, lostCount, ended });
}

/** Puts a run back into the queue, or ends it when it was told to stop. @throws LeaseLost, as {@link loseRun} */
export async function handBackRun(deps: Deps, run: LostRun, { lost }: { lost: boolean }): Promise<void> {
  const { runId, attempt, threadId } = run;
  const isReleased = await releaseRunIfHeld(deps.database, run, { threadId, fence: { runId, attempt }, lost });
  if (isReleased) announce(deps, { tenantId: run.tenantId, threadId, threadChanged: false, runIds: [runId] });
  else await endRun(deps, run, { status: 'CANCELLED', error: null });
}

async function endRun(deps: Deps, run: LostRun, ending: Pick<Settlement, 'status' | 'error'>): Promise<void> {
  const { runId, attempt, threadId, graphId, temporary, tenantId } = run;
  const fence = { runId, attempt };
  await settleRun(deps, { tenantId, fence, threadId, graphId, temporary, ...ending, state: 'asItStands' });
}
