import { countQueue } from '../../store/runs/count-queue.js';
import type { Caller } from '../caller.js';

/** The run queue over all processes. `oldestPendingSeconds` counts from when the run became due; null when nothing is due. */
export interface Queue {
  readonly pending: number;
  readonly running: number;
  /** Runs that this process executes at once. */
  readonly slots: number;
  readonly oldestPendingSeconds: number | null;
}

/** One round trip. */
export async function readQueue(caller: Caller): Promise<Queue> {
  return { ...(await countQueue(caller.database.prisma)), slots: caller.runSlots };
}
