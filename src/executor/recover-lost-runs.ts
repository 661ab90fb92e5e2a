import { LeaseLost } from '../domain/errors.js';
import type { Deps } from '../services/caller.js';
import { loseRun } from '../services/runs/lose-run.js';
import { findLostRuns } from '../store/runs/find-lost-runs.js';

const RUNS_A_ROUND = 100;

/**
 * Takes runs away from processes that are gone, so that they go on elsewhere; true when there may be more. Several processes may do so at
 * once: whoever comes second finds the fence fallen.
 */
export async function recoverLostRuns(
  deps: Deps,
  { ownRunIds, maxLost, everyRun }: { ownRunIds: readonly string[]; maxLost: number; everyRun: boolean },
): Promise<boolean> {
  const lost = await findLostRuns(deps.database.prisma, { ownRunIds, everyRun, limit: RUNS_A_ROUND });
  for (const run of lost) {
    try {
      await loseRun(deps, run, { maxLost });
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
    }
  }
  return lost.length === RUNS_A_ROUND;
}
