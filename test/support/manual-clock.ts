import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.js';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time on by `ms`, stopping at each sleeper's deadline on the way so that a loop that sleeps again is woken again. After each
   * wake-up one turn of the event loop passes; work that needs longer (a query) is awaited by its own signal, not by this.
   */
  advance(ms: number): Promise<void>;
  /** Resolves as soon as at least `count` callers sleep. */
  whenSleeping(count: number): Promise<void>;
}

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

export function makeManualClock(start: Date = new Date('2026-01-01T00:00:00.000Z')): ManualClock {
  let nowMs = start.getTime();
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<{ readonly count: number; readonly resolve: () => void }>();

  return {
    now: () => new Date(nowMs),

    sleep(ms, abort) {
      if (abort?.aborted || ms <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          abort?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { wakeAtMs: nowMs + ms, wake };
        sleepers.add(sleeper);
        abort?.addEventListener('abort', wake);
        for (const watcher of watchers) {
          if (sleepers.size < watcher.count) continue;
          watchers.delete(watcher);
          watcher.resolve();
        }
      });
    },

    async advance(ms) {
      const untilMs = nowMs + ms;
      for (let next = firstDue(sleepers, untilMs); next; next = firstDue(sleepers, untilMs)) {
        nowMs = Math.max(nowMs, next.wakeAtMs);
        next.wake();
        await nextTurn();
      }
      nowMs = untilMs;
    },

    whenSleeping(count) {
      if (sleepers.size >= count) return Promise.resolve();
      return new Promise((resolve) => void watchers.add({ count, resolve }));
    },
  };
}

function firstDue(sleepers: ReadonlySet<Sleeper>, untilMs: number): Sleeper | undefined {
  let first: Sleeper | undefined;
  for (const sleeper of sleepers) {
    if (sleeper.wakeAtMs <= untilMs && (!first || sleeper.wakeAtMs < first.wakeAtMs)) first = sleeper;
  }
  return first;
}
