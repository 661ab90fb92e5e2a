import type { CallResult, DeliveryStep } from '../../domain/delivery.js';
import type { Db } from '../database/database.js';
import { toText } from '../database/text.js';

/**
 * Records what came of a call, and what is next: the delivery is settled, or due again. Nothing when somebody else has made a later call
 * meanwhile (`attempts` has moved on). One round trip.
 */
export async function recordCallIfHeld(
  db: Db,
  { id, attempts, result, step }: { id: string; attempts: number; result: CallResult; step: DeliveryStep },
): Promise<void> {
  const afterSeconds = step.outcome === null ? step.afterMs / 1_000 : null;
  await db.$executeRaw`
    UPDATE "Delivery"
       SET "httpStatus" = ${result.httpStatus},
           "failure"    = ${result.failure && toText(result.failure)},
           "outcome"    = ${step.outcome}::"DeliveryOutcome",
           "nextTryAt"  = clock_timestamp() + make_interval(secs => ${afterSeconds}::float8),
           "settledAt"  = CASE WHEN ${step.outcome !== null} THEN clock_timestamp() END
     WHERE "id" = ${id}::uuid
       AND "attempts" = ${attempts}
       AND "outcome" IS NULL`;
}
