import type { Json, JsonObject } from './json.js';
import type { RunError, RunStatus } from './run.js';
import type { RunConfig } from './run-config.js';

export const THREAD_STATUSES = ['IDLE', 'BUSY', 'INTERRUPTED', 'ERROR'] as const;
export type ThreadStatus = (typeof THREAD_STATUSES)[number];

/** A conversation: what its runs share. */
export interface Thread {
  readonly id: string;
  readonly status: ThreadStatus;
  readonly metadata: JsonObject;
  readonly config: RunConfig;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly stateUpdatedAt: Date | null;
  readonly expiresAt: Date | null;
}

/** The latest state of a thread, cached when a run ends. `values` null: no checkpoint yet. `error`: of the run that left this state, if it failed. */
export interface ThreadSnapshot {
  readonly threadId: string;
  readonly checkpointId: string | null;
  readonly values: Json;
  readonly next: readonly string[];
  readonly error: RunError | null;
}

/** What the status of a thread follows from. */
export interface ThreadStanding {
  /** A run of it is PENDING or RUNNING. */
  readonly hasActiveRun: boolean;
  /** The run that left its state ended in ERROR or TIMEOUT. */
  readonly failed: boolean;
  /** Interrupts or breakpoints wait in its state. */
  readonly waits: boolean;
}

export function decideThreadStatus({ hasActiveRun, failed, waits }: ThreadStanding): ThreadStatus {
  if (hasActiveRun) return 'BUSY';
  if (failed) return 'ERROR';
  return waits ? 'INTERRUPTED' : 'IDLE';
}
/** What a thread costs on disk: bytes as stored, compressed where the database compresses. */
export interface ThreadStorage {
  /** Of all namespaces; the bytes count values and writes too. */
  readonly checkpointCount: number;
  readonly checkpointBytes: number;
  readonly eventCount: number;
  readonly eventBytes: number;
}

export const NO_STORAGE: ThreadStorage = { checkpointCount: 0, checkpointBytes: 0, eventCount: 0, eventBytes: 0 };

/**
 * The status of a thread whose run ended as `ended`.
 * @param waits whether interrupts or breakpoints wait in the state that stands
 * @param hasActiveRun whether another run of the thread is PENDING or RUNNING
 */
export function threadStatusAfter(ended: RunStatus, { waits, hasActiveRun }: { waits: boolean; hasActiveRun: boolean }): ThreadStatus {
  return decideThreadStatus({ hasActiveRun, failed: ended === 'ERROR' || ended === 'TIMEOUT', waits });
}
