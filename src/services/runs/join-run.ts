import { badUserInput } from '../../domain/errors.js';
import type { Interrupt } from '../../domain/interrupt.js';
import type { Json } from '../../domain/json.js';
import { isFinal, type Run, type RunError } from '../../domain/run.js';
import { SECOND } from '../../ports/clock.js';
import { findLastSeqOfRun } from '../../store/events/read-events.js';
import { findInterruptsWaitingAt } from '../../store/interrupts/interrupts.js';
import type { Caller } from '../caller.js';
import { cancelIfClientLeft } from './cancel-if-client-left.js';
import { createRun, type CreateRun } from './create-run.js';
import { findRunPayloads } from './read-runs.js';
import { waitForEnd } from './wait-for-end.js';

const TIMEOUT_MAX_MS = 600 * SECOND;

/** What a run left; `done: false`: it was still going when the time was up. `values` null until finished. */
export interface RunResult {
  readonly run: Run;
  readonly done: boolean;
  readonly values: Json;
  readonly interrupts: readonly Interrupt[];
  readonly error: RunError | null;
  /** `seq` of the newest event of the run. */
  readonly lastEventSeq: number | null;
}

export interface JoinRun {
  /** 0–600,000. */
  readonly timeoutMs: number;
  /** Nobody waits any more; with the reason {@link CLIENT_LEFT} because the client hung up. */
  readonly abort: AbortSignal;
  /** Whether a client that hangs up takes the run with it; else the run goes on. */
  readonly cancelOnDisconnect: boolean;
}

/** {@link createRun}, then {@link joinRun}; what a hang-up means stands in the input. */
export async function waitRun(caller: Caller, input: CreateRun, options: Omit<JoinRun, 'cancelOnDisconnect'>): Promise<RunResult> {
  checkTimeout(options);
  const run = await createRun(caller, input);
  return join(caller, run.id, { ...options, cancelOnDisconnect: input.onDisconnect === 'CANCEL' });
}

/**
 * Waits until a run has ended and answers with that run's own result; one that ended long ago answers at once, one that was rolled back
 * as CANCELLED while its log is kept. Safe to repeat, and holds no database connection while it waits.
 * @throws RUN_NOT_FOUND, BAD_USER_INPUT
 */
export async function joinRun(caller: Caller, id: string, options: JoinRun): Promise<RunResult> {
  checkTimeout(options);
  return join(caller, id, options);
}

async function join(caller: Caller, id: string, options: JoinRun): Promise<RunResult> {
  const run = await waitForEnd(caller, id, options);
  if (isFinal(run.status)) return resultOf(caller, run);
  if (options.cancelOnDisconnect) await cancelIfClientLeft(caller, run.id, options.abort);
  return unfinished(caller, run);
}

function checkTimeout({ timeoutMs }: Pick<JoinRun, 'timeoutMs'>): void {
  if (timeoutMs >= 0 && timeoutMs <= TIMEOUT_MAX_MS) return;
  const message = `must be from 0 to ${TIMEOUT_MAX_MS}`;
  throw badUserInput(`\`timeoutMs\` ${message}.`, [{ path: ['timeoutMs'], message }]);
}

async function resultOf(caller: Caller, run: Run): Promise<RunResult> {
  const { prisma } = caller.database;
  const [payloads, interrupts, lastEventSeq] = await Promise.all([
    findRunPayloads(caller, [run.id]),
    run.status === 'INTERRUPTED'
      ? findInterruptsWaitingAt(prisma, caller, { threadId: run.threadId, at: run.finishedAt ?? run.updatedAt })
      : [],
    findLastSeqOfRun(prisma, run.id),
  ]);
  return { run, done: true, values: payloads.get(run.id)?.output ?? null, interrupts, error: run.error, lastEventSeq };
}

async function unfinished(caller: Caller, run: Run): Promise<RunResult> {
  return {
    run,
    done: false,
    values: null,
    interrupts: [],
    error: null,
    lastEventSeq: await findLastSeqOfRun(caller.database.prisma, run.id),
  };
}
