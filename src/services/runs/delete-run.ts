import { AppError, notFound } from '../../domain/errors.js';
import { isFinal, type Run } from '../../domain/run.js';
import type { CheckpointRef } from '../../domain/run-kwargs.js';
import { decideThreadStatus } from '../../domain/thread.js';
import { isUuid } from '../../domain/uuid.js';
import type { GraphState } from '../../ports/graphs.js';
import { deleteLoosePieces } from '../../store/checkpoints/delete-loose-pieces.js';
import type { Db } from '../../store/database/database.js';
import { preferLookups } from '../../store/database/prefer-lookups.js';
import { appendThreadEvents } from '../../store/events/append-thread-events.js';
import { forgetQuestions } from '../../store/interrupts/forget-questions.js';
import { syncInterrupts } from '../../store/interrupts/sync-interrupts.js';
import { deleteRunRow } from '../../store/runs/delete-run-row.js';
import { deleteWorkOfRun } from '../../store/runs/delete-work-of-run.js';
import { type ActiveRun, lockActiveRuns } from '../../store/runs/lock-active-runs.js';
import { findRunPayloadRows, findRuns } from '../../store/runs/runs.js';
import { writeRunOutcome } from '../../store/runs/write-run-outcome.js';
import { findStandingError } from '../../store/threads/find-standing-error.js';
import { lockThreadsWhole, type WholeThread } from '../../store/threads/lock-threads-whole.js';
import { restoreGraph } from '../../store/threads/restore-graph.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { eventsOfState } from '../state/settle-thread.js';
import { type StateTransaction, transactWithState } from '../state/transact-with-state.js';
import { getRun } from './read-runs.js';
import { isPaused } from './settle-run.js';

/**
 * Deletes a run that has ended, with its events, and with what it wrote into its thread as far as nobody has built upon it
 * (store/runs/delete-work-of-run.ts); returns the id. When something went, the thread's values, status, interrupts and graph become those of the
 * state that is newest then. A run that is under way on the thread is not disturbed: what it stands on stays. Two calls at once: one gets
 * RUN_NOT_FOUND. Ten to eighteen round trips.
 * @throws RUN_NOT_FOUND, BAD_USER_INPUT, RUN_ACTIVE, GRAPH_NOT_FOUND when the thread's state has to be read anew with a graph that is not
 * loaded; then nothing has changed
 */
export async function deleteRun(caller: Caller, id: string): Promise<string> {
  const { id: runId, threadId } = await getRun(caller, id);
  await transactWithState(caller, async (transaction) => {
    const [thread] = await lockThreadsWhole(transaction.db, caller, [threadId]);
    const run = (await findRuns(transaction.db, caller, [runId])).get(runId);
    if (!thread || !run) throw notFound('Run', runId);
    if (!isFinal(run.status)) throw runActive(run);
    await undo(transaction, caller, { thread, run });
  });
  announce(caller, { tenantId: caller.tenantId, threadId, threadChanged: true, runIds: [runId] });
  return runId;
}

function runActive({ id, status }: Run): AppError {
  return new AppError('RUN_ACTIVE', `Run ${id} is ${status} and cannot be deleted. Wait for its end, or cancel it.`, {
    id,
    activeRunId: id,
  });
}

async function undo(
  { db, readState }: StateTransaction,
  caller: Caller,
  { thread, run }: { thread: WholeThread; run: Run },
): Promise<void> {
  const ids = { threadId: thread.id, runId: run.id };
  const active = await lockActiveRuns(db, { threadId: thread.id });
  const isUnderWay = active.some(({ attempt }) => attempt > 0);
  await preferLookups(db);
  const starts = await startsOf(db, caller, active);
  const deletedCount = await deleteWorkOfRun(db, { ...ids, starts, keepNewest: isUnderWay });
  await deleteLoosePieces(db, [thread.id]);
  await forgetQuestions(db, ids);
  const graphId = isUnderWay ? null : await restoreGraph(db, { threadId: thread.id, runIds: [run.id] });
  await deleteRunRow(db, run.id);
  if (isUnderWay || (deletedCount === 0 && run.error === null)) return;

  const state = graphId === null ? NO_STATE : await readState({ graphId, threadId: thread.id });
  if (!state) throw unreadable(caller, graphId, thread.id);
  await stand(db, caller, {
    thread,
    state: state.checkpointId === null ? NO_STATE : state,
    undoneRunId: run.id,
    hasActiveRun: active.length > 0,
  });
}

/** Where active runs begin by their creators' wish. */
async function startsOf(
  db: Db,
  caller: Caller,
  active: readonly ActiveRun[],
): Promise<Pick<CheckpointRef, 'checkpointNs' | 'checkpointId'>[]> {
  if (active.length === 0) return [];
  const payloads = await findRunPayloadRows(
    db,
    caller,
    active.map(({ runId }) => runId),
  );
  return [...payloads.values()].flatMap(({ kwargs: { checkpoint } }) => {
    if (!checkpoint) return [];
    const root = checkpoint.checkpointMap?.[''];
    return [checkpoint, ...(typeof root === 'string' && isUuid(root) ? [{ checkpointNs: '', checkpointId: root }] : [])];
  });
}

/** Of a thread without any checkpoint. */
const NO_STATE: GraphState = { checkpointId: null, values: null, next: [], interrupts: [] };

function unreadable({ graphs }: Caller, graphId: string | null, threadId: string): Error {
  if (graphId !== null && !graphs.has(graphId)) return notFound('Graph', graphId);
  return new Error(`Graph ${graphId} cannot read the state of thread ${threadId}.`);
}

/** Makes the thread describe a state that was there before. */
async function stand(
  db: Db,
  caller: Caller,
  { thread, state, undoneRunId, hasActiveRun }: { thread: WholeThread; state: GraphState; undoneRunId: string; hasActiveRun: boolean },
): Promise<void> {
  const threadId = thread.id;
  const error = await findStandingError(db, threadId);
  const after = decideThreadStatus({ hasActiveRun, failed: error !== null, waits: isPaused(state) });
  await writeRunOutcome(db, { runId: null, threadId, threadStatus: after, state, error, expiresInSeconds: null });
  await syncInterrupts(db, caller, { threadId, runId: null, waiting: state.interrupts, undoneRunId });
  const status = { before: thread.status, after };
  await appendThreadEvents(
    db,
    threadId,
    eventsOfState(state.checkpointId === null ? null : { checkpointId: state.checkpointId, checkpointNs: '' }, status),
  );
}
