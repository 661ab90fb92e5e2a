import type { JsonObject } from './json.js';
import type { MultitaskStrategy } from './multitask.js';

export const RUN_STATUSES = ['PENDING', 'RUNNING', 'SUCCESS', 'ERROR', 'TIMEOUT', 'INTERRUPTED', 'CANCELLED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export type RunAction = 'claim' | 'cancel' | 'succeed' | 'pause' | 'fail' | 'expire' | 'stop' | 'lose' | 'handBack';

/** Every legal move of a Run. Read a row as: "a PENDING run that is claimed becomes RUNNING". */
export const RUN_TRANSITIONS = {
  PENDING: { claim: 'RUNNING', cancel: 'CANCELLED' },
  RUNNING: {
    succeed: 'SUCCESS',
    pause: 'INTERRUPTED',
    fail: 'ERROR',
    expire: 'TIMEOUT',
    stop: 'CANCELLED',
    lose: 'PENDING',
    handBack: 'PENDING',
  },
  SUCCESS: {},
  ERROR: {},
  TIMEOUT: {},
  INTERRUPTED: {},
  CANCELLED: {},
} as const satisfies Record<RunStatus, Partial<Record<RunAction, RunStatus>>>;

/** The status that `action` leads to; throws when the table has no such move. */
export function nextRunStatus(from: RunStatus, action: RunAction): RunStatus {
  const moves: Partial<Record<RunAction, RunStatus>> = RUN_TRANSITIONS[from];
  const to = moves[action];
  if (!to) throw new Error(`A ${from} run cannot ${action}.`);
  return to;
}

/** A run that waits or works: its thread is BUSY. */
export const ACTIVE_RUN_STATUSES = ['PENDING', 'RUNNING'] as const satisfies readonly RunStatus[];

/** PENDING and RUNNING move on; every other status is final. */
export function isFinal(status: RunStatus): boolean {
  return Object.keys(RUN_TRANSITIONS[status]).length === 0;
}

/** One execution of a graph on a thread. */
export interface Run {
  readonly id: string;
  readonly threadId: string;
  readonly assistantId: string;
  readonly graphId: string;
  /** The cron that fired it; null: none did. */
  readonly cronId: string | null;
  /** Called once when it has ended; null: nobody is. */
  readonly webhook: string | null;
  readonly status: RunStatus;
  readonly metadata: JsonObject;
  readonly multitaskStrategy: MultitaskStrategy;
  /** How often it was claimed; 0 before the first time. */
  readonly attempt: number;
  readonly error: RunError | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When it became, or becomes, due. */
  readonly availableAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** When it was told to stop; null: it was not, or it had not begun. */
  readonly cancelRequestedAt: Date | null;
  /** Its events up to this `seq` are no longer kept, all but END; null: they all are. */
  readonly eventsExpiredSeq: number | null;
}

/** The run's fence: every write of an executor quotes it. `attempt` counts claims, from 1. */
export interface Fence {
  readonly runId: string;
  readonly attempt: number;
}

/** What went wrong, as clients see it: a class name and a message, never a stack. */
export interface RunError {
  readonly name: string;
  readonly message: string;
}
