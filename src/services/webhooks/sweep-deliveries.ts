import { SECOND } from '../../ports/clock.js';
import { sweepDeliveries as deleteSettled } from '../../store/webhooks/sweep-deliveries.js';
import type { Deps } from '../caller.js';

const DELIVERIES_A_SWEEP = 500;

/** Deletes deliveries that were settled longer ago than the retention, a bounded number at a time; true when there may be more. */
export async function sweepDeliveries({ database, telemetry }: Deps, { retentionMs }: { retentionMs: number }): Promise<boolean> {
  const count = await deleteSettled(database.prisma, { keptSeconds: retentionMs / SECOND, limit: DELIVERIES_A_SWEEP });
  if (count > 0) telemetry.emit('deliveries.swept', { count });
  return count === DELIVERIES_A_SWEEP;
}
