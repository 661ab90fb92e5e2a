/** Time, owned by whoever wires the server: tests pass one they move themselves. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or at once when `abort` fires; never rejects. */
  sleep(ms: number, abort?: AbortSignal): Promise<void>;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
