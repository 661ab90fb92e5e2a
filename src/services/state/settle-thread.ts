import type { JsonObject } from '../../domain/json.js';
import { threadStatusAfter, type ThreadStatus } from '../../domain/thread.js';
import type { Checkpoint } from '../../domain/thread-state.js';
import type { GraphState } from '../../ports/graphs.js';
import type { Db } from '../../store/database/database.js';
import { appendThreadEvents, type ThreadEventDraft } from '../../store/events/append-thread-events.js';
import { syncInterrupts } from '../../store/interrupts/sync-interrupts.js';
import { writeRunOutcome } from '../../store/runs/write-run-outcome.js';
import type { Tenant } from '../../store/tenant.js';
import { isPaused } from '../runs/settle-run.js';

export interface ThreadSettlement {
  readonly threadId: string;
  /** The thread's status so far. */
  readonly before: ThreadStatus;
  /** The thread's state as it stands now. */
  readonly latest: GraphState;
  /** The checkpoint that is new. */
  readonly checkpoint: Pick<Checkpoint, 'checkpointId' | 'checkpointNs'>;
}

/**
 * Makes a thread without an active run describe a state that no run left: its status, cached values, interrupts and log. In the caller's
 * transaction, which holds the thread or has just made it. Three round trips.
 */
export async function settleThread(db: Db, tenant: Tenant, { threadId, before, latest, checkpoint }: ThreadSettlement): Promise<void> {
  const after = threadStatusAfter('SUCCESS', { waits: isPaused(latest), hasActiveRun: false });
  const ofNoRun = { threadId, runId: null };
  await writeRunOutcome(db, { ...ofNoRun, threadStatus: after, state: latest, error: null, expiresInSeconds: null });
  await syncInterrupts(db, tenant, { ...ofNoRun, waiting: latest.interrupts });
  await appendThreadEvents(db, threadId, eventsOfState(checkpoint, { before, after }));
}

/** The log rows of a state that no run left; null: there is none any more. */
export function eventsOfState(
  checkpoint: ThreadSettlement['checkpoint'] | null,
  status: { before: ThreadStatus; after: ThreadStatus },
): ThreadEventDraft[] {
  const ofThread = { namespace: [], runId: null, attempt: null } as const;
  return [
    ...(checkpoint ? [{ ...ofThread, kind: 'THREAD_STATE', data: placeOf(checkpoint) } as const] : []),
    ...(status.before === status.after ? [] : [{ ...ofThread, kind: 'THREAD_STATUS', data: { status: status.after } } as const]),
  ];
}

function placeOf({ checkpointId, checkpointNs }: ThreadSettlement['checkpoint']): JsonObject {
  return { checkpoint_id: checkpointId, ...(checkpointNs !== '' && { checkpoint_ns: checkpointNs }) };
}
