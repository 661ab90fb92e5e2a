import type { Fence, RunError, RunStatus } from '../../domain/run.js';
import { threadStatusAfter, type ThreadStatus } from '../../domain/thread.js';
import { SECOND } from '../../ports/clock.js';
import type { GraphState } from '../../ports/graphs.js';
import type { Db } from '../../store/database/database.js';
import { appendThreadEvents, type ThreadEventDraft } from '../../store/events/append-thread-events.js';
import { syncInterrupts } from '../../store/interrupts/sync-interrupts.js';
import { deleteWorkOfRuns } from '../../store/runs/delete-work-of-runs.js';
import { finishRunIfHeld } from '../../store/runs/finish-run-if-held.js';
import { writeRunOutcome } from '../../store/runs/write-run-outcome.js';
import type { Tenant } from '../../store/tenant.js';
import { restoreGraph } from '../../store/threads/restore-graph.js';
import { lockThread } from '../../store/threads/threads.js';
import type { Deps } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { transactWithState } from '../state/transact-with-state.js';
import { GRACE_MS } from '../threads/grace.js';
import { oweWebhook } from '../webhooks/owe-webhook.js';
import { standAgain } from './stop-runs.js';

export interface Settlement extends Tenant {
  readonly fence: Fence;
  readonly threadId: string;
  readonly temporary: boolean;
  readonly status: Exclude<RunStatus, 'PENDING' | 'RUNNING'>;
  /** Of a run that ended in ERROR or TIMEOUT. */
  readonly error: RunError | null;
  readonly graphId: string;
  /**
   * The thread's state as the run left it; null when the graph cannot tell: the one before it stays. `asItStands`: it is read once nothing
   * of the run can be written any more, because an attempt that has lost its run without knowing may still be at it.
   */
  readonly state: GraphState | null | 'asItStands';
}

/**
 * Ends a run in one transaction: its status, output and last events, the thread's status and cached state, its interrupts, and the
 * expiry of a thread made for it. One that was told to stop ends as CANCELLED, however its graph call ended, or is rolled back: then
 * what it wrote goes, and the thread is what it was before. Then wakes who waits. Seven round trips; nine for a rollback, eleven when the
 * state is read as it stands; three more for a webhook.
 * @throws LeaseLost when another attempt has begun; then nothing has changed
 */
export async function settleRun(deps: Deps, settlement: Settlement): Promise<void> {
  const { fence, threadId } = settlement;
  const { status, webhook } = await transactWithState(deps, async ({ db, readState }) => {
    await lockThread(db, settlement, threadId);
    const finished = await finishRunIfHeld(db, settlement);
    const isUndone = finished.cancelAction === 'ROLLBACK';
    const error = finished.status === settlement.status ? settlement.error : null;
    const state = isUndone ? null : settlement.state === 'asItStands' ? await readState(settlement) : settlement.state;
    const ended: Ended = { ...settlement, status: finished.status, error, state };
    const threadStatus = isUndone ? await undo(db, ended) : await keep(db, ended, finished.hasActiveRun);
    await appendThreadEvents(db, threadId, lastEvents(ended, threadStatus));
    if (finished.webhook !== null) {
      await oweWebhook(db, settlement, { runId: fence.runId, url: finished.webhook, values: state?.values ?? null });
    }
    return finished;
  });
  deps.telemetry.emit('run.settled', { runId: fence.runId, threadId, attempt: fence.attempt, status });
  announce(deps, { tenantId: settlement.tenantId, threadId, threadChanged: true, runIds: [fence.runId] });
  deps.signals.notify(`run:${fence.runId}`);
  deps.signals.notify('queue');
  if (webhook !== null) deps.signals.notify('deliveries');
}

type Ended = Omit<Settlement, 'status' | 'state'> & { readonly status: RunStatus; readonly state: GraphState | null };

/** What the run left stands. */
async function keep(db: Db, { fence, status, error, state, ...ended }: Ended, hasActiveRun: boolean): Promise<ThreadStatus> {
  const { threadId, temporary } = ended;
  const threadStatus = threadStatusAfter(status, { waits: state !== null && isPaused(state), hasActiveRun });
  await writeRunOutcome(db, {
    ...{ runId: fence.runId, threadId, threadStatus },
    state,
    error,
    expiresInSeconds: temporary ? GRACE_MS / SECOND : null,
  });
  if (state) await syncInterrupts(db, ended, { threadId, runId: fence.runId, waiting: state.interrupts });
  return threadStatus;
}

/** What the run left goes; the cached state is still the one from before it, and is read with the graph of before it. */
async function undo(db: Db, { fence, threadId, temporary }: Ended): Promise<ThreadStatus> {
  await deleteWorkOfRuns(db, { threadId, runIds: [fence.runId] });
  await restoreGraph(db, { threadId, runIds: [fence.runId] });
  return standAgain(db, { threadId, temporary });
}

/** Whether something waits in a state: an interrupt, or a breakpoint before the nodes that would run next. */
export function isPaused({ next, interrupts }: GraphState): boolean {
  return next.length > 0 || interrupts.length > 0;
}

/** END is the run's last row, after all that ended with it. */
function lastEvents({ fence, status, error, state }: Ended, threadStatus: string): ThreadEventDraft[] {
  const ofRun = { namespace: [], runId: fence.runId, attempt: fence.attempt } as const;
  const ofThread = { namespace: [], runId: null, attempt: null } as const;
  return [
    ...(error ? [{ ...ofRun, kind: 'ERROR', data: { error: error.name, message: error.message } } as const] : []),
    ...(state?.checkpointId != null ? [{ ...ofThread, kind: 'THREAD_STATE', data: { checkpoint_id: state.checkpointId } } as const] : []),
    { ...ofRun, kind: 'RUN_STATUS', data: { status } },
    { ...ofThread, kind: 'THREAD_STATUS', data: { status: threadStatus } },
    { ...ofRun, kind: 'END', data: { status } },
  ];
}
