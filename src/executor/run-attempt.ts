import { inspect, types } from 'node:util';
import { LeaseLost, StorageFailure } from '../domain/errors.js';
import type { RunError } from '../domain/run.js';
import type { GraphCall } from '../ports/graphs.js';
import type { Deps } from '../services/caller.js';
import { handBackRun } from '../services/runs/lose-run.js';
import { isPaused, settleRun } from '../services/runs/settle-run.js';
import { findAnswerFault } from '../services/state/check-answer.js';
import { readStateIfPossible } from '../services/state/read-state-if-possible.js';
import { deleteCheckpointWritesOfRun } from '../store/checkpoints/delete-checkpoint-writes-of-run.js';
import { deleteRefusedCommandOfRun } from '../store/checkpoints/delete-refused-command-of-run.js';
import type { ClaimedRun } from '../store/runs/claim-runs.js';
import { findResumePoint, type ResumePoint } from '../store/runs/find-resume-point.js';
import { makeEventWriter } from './event-writer.js';
import { logGraphOutput } from './log-graph-output.js';

/** Why an attempt was told to stop. */
export type StopReason = 'draining' | 'leaseLost' | 'timeLimit' | 'cancelled';

/**
 * One attempt of a claimed run, from its first event to its settlement. One whose answer answers nothing (any more) ends in ERROR before its
 * graph is called. `abort` fires with a {@link StopReason}: a run that drains is
 * handed back to the queue, one past its time limit ends in TIMEOUT, a cancelled one as it was told to, and of one whose lease is lost nothing
 * more is written.
 * @throws LeaseLost; and whatever is no fault of the graph (a database that does not answer), which leaves the run RUNNING
 */
export async function runAttempt(deps: Deps, run: ClaimedRun, abort: AbortSignal): Promise<void> {
  const { runId, attempt, threadId, graphId, tenantId, temporary } = run;
  const fence = { runId, attempt };
  const ending = await callGraph(deps, run, abort);
  if (ending === 'handBack') {
    await handBackRun(deps, run, { lost: false });
    deps.telemetry.emit('run.handedBack', { runId, attempt });
    return;
  }
  if (ending?.status === 'ERROR') await deleteRefusedCommandOfRun(deps.database.prisma, fence);
  const state = await readStateIfPossible(deps, run);
  const { status, error } = ending ?? { status: state && isPaused(state) ? 'INTERRUPTED' : 'SUCCESS', error: null };
  await settleRun(deps, { tenantId, fence, threadId, graphId, temporary, status, error, state });
}

interface Ending {
  readonly status: 'ERROR' | 'TIMEOUT' | 'CANCELLED';
  readonly error: RunError | null;
}

/** Calls the graph and logs what it emits. Null when the graph returned. */
async function callGraph(deps: Deps, run: ClaimedRun, abort: AbortSignal): Promise<Ending | 'handBack' | null> {
  const { tenantId, threadId, graphId, kwargs, attempt } = run;
  const fence = { runId: run.runId, attempt };
  const from = attempt === 1 ? FROM_THE_START : await findResumePoint(deps.database.prisma, run.runId);
  if (attempt > 1 && from.checkpointId === null) await deleteCheckpointWritesOfRun(deps.database.prisma, fence);

  const writer = makeEventWriter(deps, { threadId, fence, checkpointId: from.previousCheckpointId });
  await writer.append({ kind: 'METADATA', namespace: [], data: { run_id: run.runId, attempt } }, { resumesAfterSeq: from.resumesAfterSeq });
  const start: GraphCall['start'] = from.checkpointId === null ? { kind: 'start' } : { kind: 'continue', checkpointId: from.checkpointId };
  const fault = start.kind === 'start' ? await findAnswerFault(deps.database.prisma, run, run) : null;
  if (fault !== null) {
    await writer.flush();
    return { status: 'ERROR', error: { name: 'NothingToAnswer', message: fault } };
  }
  const thrown = await logGraphOutput(deps.graphs, { tenantId, graphId, threadId, fence, kwargs, start, abort }, writer, {
    values: from.valuesLogged,
    // With EXIT the checkpoint is written when everything about it has been told; otherwise its events belong to the step after it.
    checkpoint: from.checkpointId !== null && kwargs.durability === 'EXIT',
  });
  await writer.flush();
  return thrown && endingOf(thrown.error, abort);
}

const FROM_THE_START: ResumePoint = { checkpointId: null, previousCheckpointId: null, resumesAfterSeq: null, valuesLogged: false };

/** What it means that the graph threw: it failed, unless it was told to stop. */
function endingOf(error: unknown, abort: AbortSignal): Ending | 'handBack' {
  if (error instanceof LeaseLost || error instanceof StorageFailure) throw error;
  const reason = abort.aborted ? (abort.reason as StopReason) : null;
  switch (reason) {
    case 'draining':
    case 'leaseLost':
      return 'handBack';
    case 'cancelled':
      return { status: 'CANCELLED', error: null };
    case 'timeLimit':
      return {
        status: 'TIMEOUT',
        error: { name: 'RunTimeLimitExceeded', message: 'The run was stopped because it ran past RUN_TIME_LIMIT_SECONDS.' },
      };
    case null:
      return { status: 'ERROR', error: describeError(error) };
  }
}

/** Class name and message of whatever was thrown, which may have any shape; never a stack. */
function describeError(thrown: unknown): RunError {
  // A graph may bring its own realm, whose Error is another class.
  if (thrown instanceof Error || types.isNativeError(thrown)) return { name: nameOf(thrown), message: toText(thrown.message) };
  return { name: 'Error', message: typeof thrown === 'string' ? thrown : `The graph threw ${toText(thrown)}, which is no Error.` };
}

/** What the error, or its class, calls itself; a class that inherits another one's word for itself, as most do, has a name all the same. */
function nameOf(error: Error): string {
  const kind = Object.getPrototypeOf(error) as object | null;
  const isItsOwn = Object.hasOwn(error, 'name') || (kind !== null && Object.hasOwn(kind, 'name'));
  return isItsOwn ? toText(error.name) : error.constructor.name || toText(error.name);
}

/** One level deep: deeper down there may be errors with their stacks. */
function toText(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 0 });
}
