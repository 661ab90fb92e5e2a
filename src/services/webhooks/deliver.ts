import { createHmac } from 'node:crypto';
import { nextDeliveryStep } from '../../domain/delivery.js';
import { SECOND } from '../../ports/clock.js';
import { recordCallIfHeld } from '../../store/runs/record-call-if-held.js';
import { type ClaimedDelivery } from '../../store/webhooks/claim-deliveries.js';
import type { Deps } from '../caller.js';

/**
 * Makes one webhook call and records what came of it. The body is JSON; `x-skein-delivery` is the same for every call of one delivery; with a
 * secret, `x-skein-signature` is the HMAC-SHA256, in hex, over `x-skein-timestamp` (seconds since 1970), a dot and the body.
 */
export async function deliver(deps: Deps, delivery: ClaimedDelivery, { secret }: { secret: string | null }): Promise<void> {
  const { id, runId, attempts } = delivery;
  const sentAt = deps.clock.now();
  const body = JSON.stringify({ ...delivery.body, webhook_sent_at: sentAt.toISOString() });
  const result = await deps.webhooks.post(delivery.url, body, {
    'content-type': 'application/json',
    'user-agent': 'skein',
    'x-skein-delivery': id,
    ...(secret !== null && signed(secret, Math.floor(sentAt.getTime() / SECOND), body)),
  });
  const step = nextDeliveryStep(attempts, result);
  await recordCallIfHeld(deps.database.prisma, { id, attempts, result, step });
  const { httpStatus, failure } = result;
  if (step.outcome === null) deps.telemetry.emit('delivery.failed', { deliveryId: id, runId, attempts, httpStatus, failure });
  else deps.telemetry.emit('delivery.settled', { deliveryId: id, runId, attempts, outcome: step.outcome, httpStatus, failure });
}

function signed(secret: string, timestamp: number, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-skein-timestamp': String(timestamp), 'x-skein-signature': signature };
}
