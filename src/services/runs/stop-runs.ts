import type { CancelAction } from '../../domain/cancel-action.js';
import { decideThreadStatus, type ThreadStatus } from '../../domain/thread.js';
import { SECOND } from '../../ports/clock.js';
import type { GraphState } from '../../ports/graphs.js';
import type { Db } from '../../store/database/database.js';
import { appendThreadEvents, type ThreadEventDraft } from '../../store/events/append-thread-events.js';
import { syncInterrupts } from '../../store/interrupts/sync-interrupts.js';
import { cancelIfPending } from '../../store/runs/cancel-if-pending.js';
import { deleteWorkOfRuns } from '../../store/runs/delete-work-of-runs.js';
import type { ActiveRun } from '../../store/runs/lock-active-runs.js';
import { requestCancelIfRunning } from '../../store/runs/request-cancel-if-running.js';
import { writeRunOutcome } from '../../store/runs/write-run-outcome.js';
import type { Tenant } from '../../store/tenant.js';
import { readThreadStanding } from '../../store/threads/read-thread-standing.js';
import { restoreGraph } from '../../store/threads/restore-graph.js';
import { setThreadStatus } from '../../store/threads/set-thread-status.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import type { StateTransaction } from '../state/transact-with-state.js';
import { GRACE_MS } from '../threads/grace.js';
import { oweWebhook } from '../webhooks/owe-webhook.js';

export interface StopRuns {
  readonly threadId: string;
  /** The thread goes with its run. */
  readonly temporary: boolean;
  /** Active runs of the thread, locked. */
  readonly runs: readonly ActiveRun[];
  readonly action: CancelAction;
}

/**
 * Stops runs of one thread, in the caller's transaction, which holds the thread: those that wait end at once, one that runs is told to stop
 * and ends when its graph call has. One that waits because it was handed back in the midst of its work leaves what it completed, or is
 * undone. Afterwards {@link announceStop}.
 */
export async function stopRuns(
  { db, readState }: StateTransaction,
  tenant: Tenant,
  { threadId, temporary, runs, action }: StopRuns,
): Promise<void> {
  const idsOf = (status: ActiveRun['status']): string[] => runs.filter((run) => run.status === status).map(({ runId }) => runId);
  const running = idsOf('RUNNING');
  const pending = idsOf('PENDING');
  if (running.length > 0) await requestCancelIfRunning(db, { runIds: running, action });
  if (pending.length === 0) return;
  const owing = await cancelIfPending(db, { runIds: pending, action });
  const begun = runs.find(({ status, attempt }) => status === 'PENDING' && attempt > 0);
  const state = begun && action === 'INTERRUPT' ? await readState(begun) : null;
  if (begun && action === 'ROLLBACK') await deleteWorkOfRuns(db, { threadId, runIds: pending });
  if (action === 'ROLLBACK') await restoreGraph(db, { threadId, runIds: pending });
  if (begun && state) {
    const { runId } = begun;
    await writeRunOutcome(db, { runId, threadId, threadStatus: 'BUSY', state, error: null, expiresInSeconds: null });
    await syncInterrupts(db, tenant, { threadId, runId, waiting: state.interrupts });
  }
  const threadStatus = await standAgain(db, { threadId, temporary });
  await appendThreadEvents(db, threadId, endsOf(pending, threadStatus, state));
  for (const { runId, webhook } of owing) await oweWebhook(db, tenant, { runId, url: webhook, values: state?.values ?? null });
}

/** Gives a thread the status that follows from its cached state and the runs it still has. Two round trips. */
export async function standAgain(db: Db, { threadId, temporary }: { threadId: string; temporary: boolean }): Promise<ThreadStatus> {
  const status = decideThreadStatus(await readThreadStanding(db, threadId));
  await setThreadStatus(db, { threadId, status, expiresInSeconds: temporary && status !== 'BUSY' ? GRACE_MS / SECOND : null });
  return status;
}

function endsOf(runIds: readonly string[], threadStatus: ThreadStatus, state: GraphState | null): ThreadEventDraft[] {
  const data = { status: 'CANCELLED' };
  const ofRuns = runIds.map((runId) => ({ namespace: [], runId, attempt: null }) as const);
  const ofThread = { namespace: [], runId: null, attempt: null } as const;
  return [
    ...(state?.checkpointId != null ? [{ ...ofThread, kind: 'THREAD_STATE', data: { checkpoint_id: state.checkpointId } } as const] : []),
    ...ofRuns.map((ofRun): ThreadEventDraft => ({ ...ofRun, kind: 'RUN_STATUS', data })),
    { ...ofThread, kind: 'THREAD_STATUS', data: { status: threadStatus } },
    ...ofRuns.map((ofRun): ThreadEventDraft => ({ ...ofRun, kind: 'END', data })),
  ];
}

/** After the commit: wakes the executors that hold them, and who follows or awaits them. */
export function announceStop(deps: Caller, { threadId, runs, action }: Pick<StopRuns, 'threadId' | 'runs' | 'action'>): void {
  for (const { runId, status } of runs) {
    deps.telemetry.emit('run.cancelRequested', { runId, action });
    if (status === 'PENDING') deps.signals.notify(`run:${runId}`);
  }
  deps.signals.notify('cancels');
  deps.signals.notify('deliveries');
  announce(deps, { tenantId: deps.tenantId, threadId, threadChanged: true, runIds: runs.map(({ runId }) => runId) });
  deps.signals.notify('queue');
}
