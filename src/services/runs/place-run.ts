import { createHash } from 'node:crypto';
import { v7 as uuid7 } from 'uuid';
import type { Assistant } from '../../domain/assistant.js';
import { AppError, notFound } from '../../domain/errors.js';
import { canonicalJson, isJsonObject, type Json, mergeOneLevel } from '../../domain/json.js';
import { MULTITASK_RULES, type MultitaskStrategy } from '../../domain/multitask.js';
import type { Run } from '../../domain/run.js';
import { EMPTY_RUN_CONFIG, mergeRunConfigs } from '../../domain/run-config.js';
import type { RunKwargs, RunPlacement } from '../../domain/run-kwargs.js';
import type { RunRequest } from '../../domain/run-request.js';
import { threadBusy } from '../../domain/thread-busy.js';
import { hasCheckpoint } from '../../store/checkpoints/has-checkpoint.js';
import type { Db } from '../../store/database/database.js';
import { insertRun } from '../../store/runs/insert-run.js';
import { type ActiveRun, lockActiveRuns } from '../../store/runs/lock-active-runs.js';
import { lockRunId } from '../../store/runs/lock-run-id.js';
import { findRunAndDigest } from '../../store/runs/runs.js';
import { insertOrLockThread } from '../../store/threads/insert-or-lock-thread.js';
import { lockThread, type LockedThread } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { requireAnswerable } from '../state/check-answer.js';
import type { StateTransaction } from '../state/transact-with-state.js';
import { stopRuns, type StopRuns } from './stop-runs.js';

/** A checked request, and the assistant that it names. */
export interface PlannedRun {
  readonly request: RunRequest;
  readonly assistant: Assistant;
  /** The cron that fires it. */
  readonly cronId?: string;
}

export interface PlacedRun {
  readonly run: Run;
  /** false: an earlier call with the same id created it. */
  readonly isNew: boolean;
  /** What had to make way for it. */
  readonly stopped: Pick<StopRuns, 'threadId' | 'runs' | 'action'> | null;
}

/**
 * Puts a run on its thread, in the caller's transaction. What its multitask strategy does to active runs is decided under the thread's lock.
 * @throws as createRun
 */
export async function placeRun(transaction: StateTransaction, caller: Caller, planned: PlannedRun): Promise<PlacedRun> {
  const { db } = transaction;
  const { request } = planned;
  const existing = request.runId === null ? null : await findSameRun(db, caller, request.runId, request);
  if (existing) return { run: existing, isNew: false, stopped: null };
  const thread = await obtainThread(db, caller, request);
  const active = await makeWay(db, thread, request.multitaskStrategy);
  const action = MULTITASK_RULES[request.multitaskStrategy].stopsOthers;
  const { checkpoint } = request;
  // What is going to be undone is no place to start from.
  const undone = action === 'ROLLBACK' ? active.map(({ runId }) => runId) : [];
  if (checkpoint && !(await hasCheckpoint(db, { threadId: thread.id, notOf: undone }, checkpoint))) {
    throw notFound('Checkpoint', checkpoint.checkpointId);
  }
  const isBusy = active.length > 0;
  const answer = await requireAnswerable(db, caller, { threadId: thread.id, isBusy }, request);
  const run = await putRunOnThread(db, caller, { ...planned, thread, isBusy, answer });
  if (active.length === 0 || action === null) return { run, isNew: true, stopped: null };
  const stopped = { threadId: thread.id, runs: active, action };
  await stopRuns(transaction, caller, { ...stopped, temporary: thread.temporary });
  return { run, isNew: true, stopped };
}

/** The run that an earlier call with this id created. Calls with one id wait for each other here. */
async function findSameRun(db: Db, caller: Caller, runId: string, request: RunRequest): Promise<Run | null> {
  await lockRunId(db, runId);
  const found = await findRunAndDigest(db, caller, runId);
  if (found === null) return null;
  if (found !== 'foreign' && found.inputDigest === digestOf(request)) return found.run;
  const fact = found === 'foreign' ? 'is taken' : 'was created with another input';
  throw new AppError('ALREADY_EXISTS', `Run ${runId} ${fact}. Choose another id, or leave it out.`, { id: runId });
}

function digestOf(request: RunRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

/** The run's thread, locked until the transaction ends: the one asked for, or a new one. */
async function obtainThread(db: Db, caller: Caller, request: RunRequest): Promise<LockedThread> {
  const { threadId } = request;
  if (threadId === null) return createOwnThread(db, caller, { id: uuid7(), temporary: request.onCompletion === 'DELETE' });
  const thread = await lockThread(db, caller, threadId);
  if (!thread && request.ifNotExists === 'REJECT') throw notFound('Thread', threadId);
  return thread ?? createOwnThread(db, caller, { id: threadId, temporary: false });
}

/** The thread that is new, or that somebody else has made meanwhile. */
async function createOwnThread(db: Db, caller: Caller, { id, temporary }: { id: string; temporary: boolean }): Promise<LockedThread> {
  const fresh = { id, metadata: {}, config: EMPTY_RUN_CONFIG, temporary, ttlMinutes: temporary ? null : caller.defaultTtlMinutes };
  const thread = await insertOrLockThread(db, caller, fresh);
  if (thread) return thread;
  throw new AppError('ALREADY_EXISTS', `Thread ${id} is taken. Choose another id.`, { id });
}

/** What of the thread is active, locked. @throws THREAD_BUSY when the strategy does not suffer it */
async function makeWay(db: Db, thread: LockedThread, strategy: MultitaskStrategy): Promise<readonly ActiveRun[]> {
  if (thread.status !== 'BUSY') return [];
  const active = await lockActiveRuns(db, { threadId: thread.id });
  const first = active.find(({ status }) => status === 'RUNNING') ?? active[0];
  if (first && !MULTITASK_RULES[strategy].isTaken) throw threadBusy(thread.id, first.runId);
  return active;
}

function putRunOnThread(
  db: Db,
  caller: Caller,
  {
    request,
    assistant,
    cronId,
    thread,
    isBusy,
    answer,
  }: PlannedRun & { readonly thread: LockedThread; readonly isBusy: boolean; readonly answer: Pick<RunKwargs, 'answers'> },
): Promise<Run> {
  const runId = request.runId ?? uuid7();
  const ids = { graph_id: assistant.graphId, assistant_id: assistant.id };
  const config = mergeRunConfigs(assistant.config, thread.config, request.config);
  const configurable = { ...config.configurable, ...ids, run_id: runId, thread_id: thread.id };
  // What ran on the thread before may have had another graph.
  const metadata = { ...assistant.metadata, ...thread.metadata, ...ids, ...request.metadata };
  return insertRun(
    db,
    caller,
    {
      id: runId,
      threadId: thread.id,
      assistantId: assistant.id,
      graphId: assistant.graphId,
      cronId: cronId ?? null,
      multitaskStrategy: request.multitaskStrategy,
      metadata,
      inputDigest: digestOf(request),
      afterSeconds: request.afterSeconds,
      webhook: request.webhook,
      kwargs: {
        input: request.input,
        command: request.command,
        ...answer,
        config: { ...config, configurable },
        context: mergeContexts(assistant.context, request.context),
        metadata,
        streamModes: request.streamModes,
        streamSubgraphs: request.streamSubgraphs,
        streamResumable: request.streamResumable,
        checkpoint: request.checkpoint,
        interruptBefore: request.interruptBefore,
        interruptAfter: request.interruptAfter,
        feedbackKeys: request.feedbackKeys,
        durability: request.durability,
        placement: placementOf(request),
      },
    },
    isBusy ? null : { metadata: mergeOneLevel(thread.metadata, ids), config: mergeRunConfigs(thread.config, request.config) },
  );
}

function placementOf({ multitaskStrategy, ifNotExists, onCompletion, onDisconnect, afterSeconds, webhook }: RunRequest): RunPlacement {
  return { multitaskStrategy, ifNotExists, onCompletion, onDisconnect, afterSeconds, webhook };
}

/** The run's context over the assistant's: key by key when both are objects, else the run's whole. */
function mergeContexts(base: Json, own: Json): Json {
  return isJsonObject(base) && isJsonObject(own) ? { ...base, ...own } : (own ?? base);
}
