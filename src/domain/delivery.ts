export const DELIVERY_OUTCOMES = ['DELIVERED', 'REFUSED', 'GIVEN_UP'] as const;
/** How a webhook call ended: somebody was told; the receiver said no, which trying again would not change; or trying was given up. */
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** What came of one call: an HTTP status, or why there was none. `isFinal`: it would fail in the same way again. */
export type CallResult =
  | { readonly httpStatus: number; readonly failure: null }
  | { readonly httpStatus: null; readonly failure: string; readonly isFinal: boolean };

/** What is next: nothing more, or another call after `afterMs`. */
export type DeliveryStep = { readonly outcome: DeliveryOutcome } | { readonly outcome: null; readonly afterMs: number };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Between a call that failed and the next one; when they are used up, trying is given up. */
const RETRY_AFTER_MS = [1 * SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 7 * MINUTE, 20 * MINUTE, 30 * MINUTE];

/** What follows a call, the `attempts`-th of its delivery (counted from 1): network errors, 429 and 5xx are tried again. */
export function nextDeliveryStep(attempts: number, result: CallResult): DeliveryStep {
  if (result.httpStatus !== null && result.httpStatus >= 200 && result.httpStatus < 300) return { outcome: 'DELIVERED' };
  if (!isWorthRepeating(result)) return { outcome: 'REFUSED' };
  const afterMs = RETRY_AFTER_MS[attempts - 1];
  return afterMs === undefined ? { outcome: 'GIVEN_UP' } : { outcome: null, afterMs };
}

function isWorthRepeating(result: CallResult): boolean {
  return result.httpStatus === null ? !result.isFinal : result.httpStatus === 429 || result.httpStatus >= 500;
}
