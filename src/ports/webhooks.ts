import type { CallResult } from '../domain/delivery.js';

/** Calls to receivers somewhere out there. */
export interface Webhooks {
  /** What is wrong with a URL that clients may not name; null: nothing is. Looks nothing up. */
  findFault(url: string): string | null;
  /**
   * One POST; never rejects. Private addresses are refused after name resolution, and the connection is made to the very address that was
   * looked at. Redirects are not followed, the answer's body is read to a bound and thrown away, and the whole takes 10 s at most.
   */
  post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<CallResult>;
}
