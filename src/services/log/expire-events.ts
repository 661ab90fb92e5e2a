import { SECOND } from '../../ports/clock.js';
import { expireEventsOfRuns } from '../../store/events/expire-events-of-runs.js';
import type { Deps } from '../caller.js';
import { GRACE_MS } from '../threads/grace.js';

const RUNS_A_SWEEP = 50;

/** Removes the events of runs that ended longer ago than the retention, a bounded number of runs at a time; true when there may be more. */
export async function expireEvents({ database, telemetry }: Deps, { retentionMs }: { retentionMs: number }): Promise<boolean> {
  const runCount = await expireEventsOfRuns(database.prisma, {
    retentionSeconds: retentionMs / SECOND,
    graceSeconds: GRACE_MS / SECOND,
    limit: RUNS_A_SWEEP,
  });
  if (runCount > 0) telemetry.emit('events.expired', { runCount });
  return runCount === RUNS_A_SWEEP;
}
