import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 as uuid7 } from 'uuid';
import { type Cron, type CronFire, nextRunAt, toCreateRun } from '../../domain/cron.js';
import { listFireTimes, nextFireAt } from '../../domain/cron-schedule.js';
import { AppError } from '../../domain/errors.js';
import { SECOND } from '../../ports/clock.js';
import { recordCronFires } from '../../store/crons/cron-fires.js';
import { findDueCrons } from '../../store/crons/find-due-crons.js';
import { holdDueCron } from '../../store/crons/hold-due-cron.js';
import type { Tenant } from '../../store/tenant.js';
import { lockThread } from '../../store/threads/threads.js';
import type { Caller, Deps } from '../caller.js';
import { announceRun, planRun } from '../runs/create-run.js';
import { type PlacedRun, type PlannedRun, placeRun } from '../runs/place-run.js';
import { type StateTransaction, transactWithState } from '../state/transact-with-state.js';

const CRONS_A_ROUND = 200;
/** Firings at once: each holds a connection of the pool while its transaction lasts. */
const FIRINGS_AT_ONCE = 10;
/** Others were serving what was due; should one of them die in the midst of it, this process does it. */
const LOOK_AGAIN_MS = 1 * SECOND;
const TIMES_AT_ONCE = 1_000;

/**
 * Fires the crons that are due, each in one transaction: the record of the firing, its run, the next fire time. Any number of processes may
 * do so at once; each fire time is served once. True when there may be more that is due, else in how many milliseconds the next one is, false when
 * none is.
 */
export async function fireDueCrons(deps: Deps): Promise<boolean | number> {
  const { due, nextAt } = await findDueCrons(deps.database.prisma, { now: deps.clock.now(), limit: CRONS_A_ROUND });
  // In another order than other processes, so that they seldom reach for the same one.
  const open = due
    .map((cron) => ({ cron, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ cron }) => cron);
  let allServed = true;
  const serve = async (): Promise<void> => {
    for (let cron = open.pop(); cron; cron = open.pop()) allServed = (await fireDueCron(deps, cron)) && allServed;
  };
  await Promise.all(Array.from({ length: FIRINGS_AT_ONCE }, serve));
  if (due.length === CRONS_A_ROUND) return true;
  const untilNextMs = nextAt === null ? Number.POSITIVE_INFINITY : nextAt.getTime() - deps.clock.now().getTime();
  const restMs = allServed ? untilNextMs : Math.min(untilNextMs, LOOK_AGAIN_MS);
  return Number.isFinite(restMs) ? restMs : false;
}

interface Served {
  readonly fires: readonly CronFire[];
  readonly placed: PlacedRun | null;
}

/** False when somebody else is serving it, or it was changed since it was read. Seven round trips; one more on a thread of its own. */
async function fireDueCron(deps: Deps, cron: Cron & Tenant): Promise<boolean> {
  const caller: Caller = { ...deps, tenantId: cron.tenantId };
  const firedAt = deps.clock.now();
  const dueAt = cron.nextRunAt;
  if (dueAt === null) return true;
  const times = await findDueTimes(cron, dueAt, firedAt);
  const planned = await planOrError(caller, cron);
  const served = await transactWithState(deps, (transaction) => serve(transaction, caller, { cron, dueAt, times, planned, firedAt }));
  if (!served) return false;
  if (served.placed) announceRun(caller, served.placed);
  for (const { outcome, runId, scheduledAt } of served.fires) {
    const latenessMs = firedAt.getTime() - scheduledAt.getTime();
    deps.telemetry.emit('cron.fired', { cronId: cron.id, outcome, runId, latenessMs });
  }
  return true;
}

/** Fire times that came while nobody served them. */
interface DueTimes {
  readonly latest: Date;
  /** Those before the latest. */
  readonly missedCount: number;
}

/**
 * Nearly always nothing was missed, which one look tells (0.1 ms; 1,000 times take 65, November 2026). A month of minutes takes some seconds
 * to count: in pieces, so that nothing else waits for it.
 */
async function findDueTimes(cron: Cron, dueAt: Date, now: Date): Promise<DueTimes> {
  const until = cron.endAt !== null && cron.endAt < now ? cron.endAt : now;
  const following = nextFireAt(cron, dueAt);
  if (following === null || following > until) return { latest: dueAt, missedCount: 0 };
  let latest = dueAt;
  let missedCount = 0;
  for (;;) {
    const times = listFireTimes(cron, { after: latest, limit: TIMES_AT_ONCE });
    const due = times.filter((time) => time <= until);
    missedCount += due.length;
    latest = due.at(-1) ?? latest;
    if (due.length < TIMES_AT_ONCE) return { latest, missedCount };
    await nextTurn();
  }
}

async function planOrError(caller: Caller, cron: Cron): Promise<PlannedRun | AppError> {
  try {
    return { ...(await planRun(caller, toCreateRun(cron), ['input'])), cronId: cron.id };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

interface DueCron {
  readonly cron: Cron;
  readonly dueAt: Date;
  readonly times: DueTimes;
  readonly planned: PlannedRun | AppError;
  readonly firedAt: Date;
}

async function serve(
  transaction: StateTransaction,
  caller: Caller,
  { cron, dueAt, times, planned, firedAt }: DueCron,
): Promise<Served | null> {
  const { db } = transaction;
  if (cron.threadId !== null) await lockThread(db, caller, cron.threadId);
  if (!(await holdDueCron(db, caller, cron))) return null;
  const placed = planned instanceof AppError ? planned : await placeOrError(transaction, caller, planned);
  const error = placed instanceof AppError ? { name: placed.code, message: placed.message } : null;
  const runId = placed instanceof AppError ? null : placed.run.id;
  const fire = { cronId: cron.id, firedAt, runStatus: null };
  const fires: CronFire[] = [
    ...(times.missedCount > 0
      ? [{ ...fire, id: uuid7(), scheduledAt: dueAt, outcome: 'MISSED' as const, missedCount: times.missedCount, runId: null, error: null }]
      : []),
    { ...fire, id: uuid7(), scheduledAt: times.latest, outcome: error ? 'FAILED' : 'STARTED', missedCount: 0, runId, error },
  ];
  await recordCronFires(db, caller, { cronId: cron.id, fires, nextRunAt: nextRunAt(cron, times.latest) });
  return { fires, placed: placed instanceof AppError ? null : placed };
}

/** What refuses a run (a busy thread, say) does so before anything is written: the transaction can go on. */
async function placeOrError(transaction: StateTransaction, caller: Caller, planned: PlannedRun): Promise<PlacedRun | AppError> {
  try {
    return await placeRun(transaction, caller, planned);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
