import { SECOND } from '../../ports/clock.js';
import { sweepRemovedRuns as deleteRemoved } from '../../store/runs/sweep-removed-runs.js';
import type { Deps } from '../caller.js';
import { GRACE_MS } from '../threads/grace.js';

const RUNS_A_SWEEP = 50;

/** Deletes rolled-back runs and their logs when their grace has passed, a bounded number at a time; true when there may be more. */
export async function sweepRemovedRuns({ database, telemetry }: Deps): Promise<boolean> {
  const count = await deleteRemoved(database.prisma, { graceSeconds: GRACE_MS / SECOND, limit: RUNS_A_SWEEP });
  if (count > 0) telemetry.emit('runs.swept', { count });
  return count === RUNS_A_SWEEP;
}
