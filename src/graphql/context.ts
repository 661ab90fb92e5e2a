import type { Caller } from '../services/caller.js';
import { makeLoaders, type Loaders } from './loaders.js';

/** What does not change while the server lives. */
export interface ServerFacts {
  readonly version: string;
  readonly langgraphVersion: string;
  readonly startedAt: Date;
}

/** What every resolver gets: one per HTTP request, one per operation on a WebSocket. */
export interface RequestContext {
  readonly caller: Caller;
  readonly load: Loaders;
  readonly server: ServerFacts;
  /** Fires when nobody waits for the answer any more: the client hung up or completed the operation, or the server stops. */
  readonly abort: AbortSignal;
}

export function makeContext(caller: Caller, server: ServerFacts, abort: AbortSignal): RequestContext {
  return { caller, load: makeLoaders(caller), server, abort };
}
