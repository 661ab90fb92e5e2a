import type { ThreadTtl } from '../domain/thread-ttl.js';
import { MINUTE, SECOND } from '../ports/clock.js';
import type { Deps } from '../services/caller.js';
import { expireEvents } from '../services/log/expire-events.js';
import { sweepRemovedRuns } from '../services/runs/sweep-removed-runs.js';
import { sweepStoreItems } from '../services/store/sweep-store-items.js';
import { sweepExpiredThreads } from '../services/threads/sweep-expired-threads.js';
import { sweepTemporaryThreads } from '../services/threads/sweep-temporary-threads.js';
import { sweepDeliveries } from '../services/webhooks/sweep-deliveries.js';
import { startLoop } from './loop.js';

const SWEEP_EVERY_MS = 10 * SECOND;

export interface SweepOptions {
  readonly eventRetentionMs: number;
  readonly threadTtl: ThreadTtl;
}

/** Deletes what has outlived its time, in bounded rounds. Every process may do so; they share the work. */
export function startSweeps(deps: Deps, { eventRetentionMs, threadTtl }: SweepOptions): { stop(): Promise<void> } {
  const loops = [
    startLoop(deps, {
      name: 'expired threads',
      work: () => sweepExpiredThreads(deps, threadTtl),
      everyMs: threadTtl.sweepEveryMinutes * MINUTE,
    }),
    startLoop(deps, { name: 'temporary threads', work: () => sweepTemporaryThreads(deps), everyMs: SWEEP_EVERY_MS }),
    startLoop(deps, { name: 'removed runs', work: () => sweepRemovedRuns(deps), everyMs: SWEEP_EVERY_MS }),
    startLoop(deps, {
      name: 'settled deliveries',
      work: () => sweepDeliveries(deps, { retentionMs: eventRetentionMs }),
      everyMs: SWEEP_EVERY_MS,
    }),
    startLoop(deps, {
      name: 'expired store items',
      work: () => sweepStoreItems(deps),
      everyMs: deps.storeSettings.sweepEveryMinutes * MINUTE,
    }),
    startLoop(deps, {
      name: 'event retention',
      work: () => expireEvents(deps, { retentionMs: eventRetentionMs }),
      everyMs: SWEEP_EVERY_MS,
    }),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
