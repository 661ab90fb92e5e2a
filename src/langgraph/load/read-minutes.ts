/** As many as `ttlMinutes` of GraphQL may be; what is later than that no database can date. */
export const TTL_MINUTES_MAX = 2 ** 31 - 1;

/** As rarely as a sweep may come: no timer waits for more than 24 days. */
export const SWEEP_MINUTES_MAX = 7 * 24 * 60;

/** A length of time at `key` of langgraph.json; null when it is left out, and when it is none that can be: then `faults` says so. */
export function readMinutes(minutes: unknown, key: string, { max, faults }: { max: number; faults: string[] }): number | null {
  if (minutes === undefined || minutes === null) return null;
  if (typeof minutes === 'number' && minutes > 0 && minutes <= max) return minutes;
  faults.push(`\`${key}\`: is ${JSON.stringify(minutes)}; it must be a number of minutes, more than 0 and at most ${max}.`);
  return null;
}
