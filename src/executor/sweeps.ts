import { MINUTE, SECOND } from '../ports/clock.js';
import type { Deps } from '../services/caller.js';
import { expireEvents } from '../services/expire-events.js';
import { sweepDeliveries } from '../services/sweep-deliveries.js';
import { sweepRemovedRuns } from '../services/sweep-removed-runs.js';
import { sweepStoreItems } from '../services/sweep-store-items.js';
import { sweepTemporaryThreads } from '../services/sweep-temporary-threads.js';
import { startLoop } from './loop.js';

const SWEEP_EVERY_MS = 10 * SECOND;

/** Deletes what has outlived its time, in bounded rounds. Every process may do so; they share the work. */
export function startSweeps(deps: Deps, { eventRetentionMs }: { eventRetentionMs: number }): { stop(): Promise<void> } {
  const loops = [
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
