import { hostname } from 'node:os';
import { v4 as uuid4 } from 'uuid';
import { LeaseLost } from '../domain/errors.js';
import type { Fence } from '../domain/run.js';
import { SECOND } from '../ports/clock.js';
import type { Deps } from '../services/caller.js';
import { announce } from '../services/feeds/announce.js';
import { loseRun } from '../services/runs/lose-run.js';
import { type ClaimedRun, claimRuns } from '../store/runs/claim-runs.js';
import { findRunsToStop } from '../store/runs/find-runs-to-stop.js';
import { startLeaseKeeper } from '../store/runs/lease-keeper.js';
import { startLoop } from './loop.js';
import { recoverLostRuns } from './recover-lost-runs.js';
import { runAttempt, type StopReason } from './run-attempt.js';

export interface ExecutorOptions {
  /** Where leases are renewed; null with the embedded database. */
  readonly databaseUrl: string | null;
  /** Runs at once. */
  readonly runSlots: number;
  readonly leaseMs: number;
  readonly runTimeLimitMs: number;
  /** Expired leases after which a run ends in ERROR. */
  readonly runMaxLost: number;
  /** How long a stopping executor lets runs finish before it hands them back; and then once more, for graphs to stop. */
  readonly shutdownGraceMs: number;
}

export interface Executor {
  /** Claims no more, lets runs finish for the grace, hands the others back. */
  stop(): Promise<void>;
}

/** What graphs get at least to stop in, and their runs to be handed back. */
const HAND_BACK_MS = 2 * SECOND;
/** Only safety nets: signals wake these loops. */
const CLAIM_EVERY_MS = 5 * SECOND;
const RECOVER_EVERY_MS = 1 * SECOND;
const LOOK_FOR_CANCELS_EVERY_MS = 1 * SECOND;
/** Between two tries to put a run back into the queue while the database does not answer. */
const GIVE_UP_AGAIN_MS = 1 * SECOND;
/** A due thread was locked by somebody else; no signal tells when it is free. */
const CLAIM_AGAIN_MS = 50;

/**
 * Claims due runs and executes them until stopped. Any number of executors may work on one database; the embedded one has a single
 * executor, which takes over every RUNNING run it finds at start, and whose leases do not expire.
 */
export async function startExecutor(deps: Deps, options: ExecutorOptions): Promise<Executor> {
  const { database, telemetry, clock } = deps;
  const isEmbedded = database.kind === 'embedded';
  const workerId = `${hostname()}/${process.pid}/${uuid4().slice(0, 8)}`;
  const graphIds = deps.graphs.list().map(({ graphId }) => graphId);
  const draining = new AbortController();
  let claiming: Promise<unknown> = Promise.resolve();
  /** By fence: an attempt that has lost its run may still be ending when this process claims the run again. */
  const active = new Map<string, { readonly fence: Fence; readonly stop: AbortController; readonly ended: Promise<void> }>();
  const leases =
    options.databaseUrl === null
      ? null
      : startLeaseKeeper(options.databaseUrl, { leaseMs: options.leaseMs, onLost: (fence) => stopAttempt(keyOf(fence), 'leaseLost') });

  async function claim(): Promise<boolean | number> {
    const free = options.runSlots - active.size;
    if (free <= 0) return false;
    const leaseSeconds = leases ? options.leaseMs / SECOND : null;
    const { runs, missed, nextDueSeconds } = await claimRuns(database, { workerId, graphIds, limit: free, leaseSeconds });
    for (const run of runs) start(run);
    if (runs.length === free && active.size < options.runSlots) return true;
    if (missed) return CLAIM_AGAIN_MS;
    return nextDueSeconds === null ? false : nextDueSeconds * SECOND;
  }

  function start(run: ClaimedRun): void {
    telemetry.emit('run.claimed', { runId: run.runId, threadId: run.threadId, attempt: run.attempt });
    announce(deps, { tenantId: run.tenantId, threadId: run.threadId, threadChanged: false, runIds: [run.runId] });
    const stop = new AbortController();
    const over = new AbortController();
    leases?.hold(run, { untilMs: options.runTimeLimitMs + options.leaseMs });
    void clock.sleep(options.runTimeLimitMs, over.signal).then(() => stop.abort('timeLimit' satisfies StopReason));
    const ended = attempt(run, stop.signal).finally(() => {
      over.abort();
      leases?.drop(run);
      active.delete(keyOf(run));
      claims.wake();
    });
    active.set(keyOf(run), { fence: { runId: run.runId, attempt: run.attempt }, stop, ended });
  }

  async function attempt(run: ClaimedRun, abort: AbortSignal): Promise<void> {
    try {
      await runAttempt(deps, run, abort);
    } catch (error) {
      if (error instanceof LeaseLost) {
        telemetry.emit('run.leaseLost', { runId: run.runId, attempt: run.attempt });
        return;
      }
      telemetry.emit('loop.failed', { loop: 'attempt', error });
      await giveUp(run);
    }
  }

  /** Puts a run back into the queue, however long the database does not answer: nobody else would while this process renews its lease. */
  async function giveUp(run: ClaimedRun): Promise<void> {
    while (!draining.signal.aborted) {
      try {
        await loseRun(deps, run, { maxLost: options.runMaxLost });
        return;
      } catch (error) {
        if (error instanceof LeaseLost) return;
        telemetry.emit('loop.failed', { loop: 'attempt', error });
        await clock.sleep(GIVE_UP_AGAIN_MS, draining.signal);
      }
    }
  }

  function stopAttempt(key: string, reason: StopReason): void {
    active.get(key)?.stop.abort(reason);
  }

  /**
   * Stops what was told to stop, and what was deleted or taken over. A run that is being claimed may have been told already, and is among
   * the active ones only when that claim is through.
   */
  async function stopWhatMust(): Promise<boolean> {
    await claiming.catch(() => undefined);
    if (active.size === 0) return false;
    const held = [...active.values()].map(({ fence }) => fence);
    for (const run of await findRunsToStop(database.prisma, held)) stopAttempt(keyOf(run), run.isCancelled ? 'cancelled' : 'leaseLost');
    return false;
  }

  const recover = (everyRun: boolean): Promise<boolean> =>
    recoverLostRuns(deps, { ownRunIds: [...active.values()].map(({ fence }) => fence.runId), maxLost: options.runMaxLost, everyRun });
  while (await recover(isEmbedded));
  const claims = startLoop(deps, { name: 'claims', work: () => (claiming = claim()), everyMs: CLAIM_EVERY_MS, topic: 'queue' });
  const cancels = startLoop(deps, { name: 'cancels', work: stopWhatMust, everyMs: LOOK_FOR_CANCELS_EVERY_MS, topic: 'cancels' });
  const recoveries = isEmbedded ? null : startLoop(deps, { name: 'lost runs', work: () => recover(false), everyMs: RECOVER_EVERY_MS });

  /** True when every run has ended in time. */
  async function allEndWithin(graceMs: number): Promise<boolean> {
    const grace = new AbortController();
    const ended = Promise.all([...active.values()].map((run) => run.ended)).then(() => true);
    const inTime = await Promise.race([ended, clock.sleep(graceMs, grace.signal).then(() => active.size === 0)]);
    grace.abort();
    return inTime;
  }

  return {
    async stop() {
      await Promise.all([claims.stop(), recoveries?.stop()]);
      if (!(await allEndWithin(options.shutdownGraceMs))) {
        draining.abort();
        for (const key of active.keys()) stopAttempt(key, 'draining');
        await allEndWithin(Math.max(options.shutdownGraceMs, HAND_BACK_MS));
      }
      await Promise.all([cancels.stop(), leases?.stop()]);
    },
  };
}

function keyOf({ runId, attempt }: Fence): string {
  return `${runId}/${attempt}`;
}
