import { SECOND } from '../../ports/clock.js';

/** What one client may ask of the door. */
export interface Limits {
  /** A request's body, or one message on a WebSocket. */
  readonly bodyMaxBytes: number;
  /** Names, punctuators and values of one document. */
  readonly tokensMax: number;
  /** Levels of nested selections. */
  readonly depthMax: number;
  /** Fields that the answer could hold at most, pages counted by their size: see operation-cost.ts. */
  readonly costMax: number;
  /** Operations that run at the same time on one WebSocket. */
  readonly operationsPerSocket: number;
  /** How often WebSockets are pinged (one that did not answer the last ping is closed) and event streams get a comment. */
  readonly keepAliveMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyMaxBytes: 1_024 ** 2,
  tokensMax: 4_000,
  depthMax: 25,
  costMax: 200_000,
  operationsPerSocket: 1_000,
  keepAliveMs: 12 * SECOND,
};
