import type { LogEvent } from '../../domain/event.js';
import { type Clock, SECOND } from '../../ports/clock.js';
import type { Signals } from '../../ports/signals.js';
import type { Telemetry } from '../../ports/telemetry.js';
import type { Database } from '../../store/database/database.js';
import { findLastSeqOfThread, listThreadEventsAfter } from '../../store/events/read-events.js';

/** Events that one tail keeps for its subscribers; the oldest go first, and whoever still needs those reads the table. */
const KEPT_EVENTS = 2_048;
const PAGE_EVENTS = 512;
/** Only a safety net, for signals that were lost. */
const LOOK_AGAIN_EVERY_MS = 30 * SECOND;
/** After a database that did not answer. */
const TRY_AGAIN_MS = 1 * SECOND;

/** The tails of this process, by thread: one reader of a thread's log serves all local subscribers. */
export interface LogTails {
  /** Joins a thread's tail, starting it when it is the first. Call `leave` once. */
  join(threadId: string): LogTail;
}

export interface LogTail {
  /** Resolves when the tail knows where the log ends; everything committed before that call is at or below `lastSeq`. */
  readonly ready: Promise<void>;
  /** The newest `seq` that this tail has seen. */
  readonly lastSeq: number;
  /** The kept events after `seq`, in order; 'behind' when some of them are no longer kept: read the table. */
  after(seq: number): readonly LogEvent[] | 'behind';
  /** The thread was deleted: the log will not grow any more. */
  readonly isGone: boolean;
  /** Calls `wake` after each growth, and when the thread is gone, until the returned function is called. */
  onGrowth(wake: () => void): () => void;
  leave(): void;
}

interface TailDeps {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export function makeLogTails(deps: TailDeps): LogTails {
  const tails = new Map<string, SharedTail>();
  return {
    join(threadId) {
      const tail = tails.get(threadId) ?? startTail(deps, threadId, () => forget(tail));
      tails.set(threadId, tail);
      return tail.join();

      /** A thread of the same id may have been created since, and have a tail of its own. */
      function forget(ended: SharedTail): void {
        if (tails.get(threadId) === ended) tails.delete(threadId);
      }
    },
  };
}

interface SharedTail {
  join(): LogTail;
}

/** `onEnd`: nobody may join any more, for everybody has left or the thread is gone. May be called twice. */
function startTail({ database, signals, clock, telemetry }: TailDeps, threadId: string, onEnd: () => void): SharedTail {
  const growthListeners = new Set<() => void>();
  let kept: LogEvent[] = [];
  /** `kept` holds every row after this one. */
  let keptAfterSeq = 0;
  let lastSeq = 0;
  let isGone = false;
  let members = 0;
  const stopping = new AbortController();
  let reading = false;
  let readAgain = false;

  // Listening starts before the end of the log is read: what commits in between wakes the tail, which then reads once for nothing.
  const unlisten = signals.listen(`thread:${threadId}`, readNew);
  const ready = findEnd();
  void ready.then(readNew);

  void lookAgain();

  async function findEnd(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        lastSeq = (await findLastSeqOfThread(database.prisma, threadId)) ?? 0;
        keptAfterSeq = lastSeq;
        return;
      } catch (error) {
        telemetry.emit('loop.failed', { loop: 'log tail', error });
        await clock.sleep(TRY_AGAIN_MS, stopping.signal);
      }
    }
  }

  async function lookAgain(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(LOOK_AGAIN_EVERY_MS, stopping.signal);
      if (!stopping.signal.aborted) readNew();
    }
  }

  function readNew(): void {
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    readPages()
      .catch((error: unknown) => telemetry.emit('loop.failed', { loop: 'log tail', error }))
      .finally(() => {
        reading = false;
        if (readAgain && !stopping.signal.aborted) {
          readAgain = false;
          readNew();
        }
      });
  }

  async function readPages(): Promise<void> {
    await ready;
    while (!isGone) {
      readAgain = false;
      const page = await listThreadEventsAfter(database.prisma, { threadId, seq: lastSeq, limit: PAGE_EVENTS });
      if (stopping.signal.aborted || page?.length === 0) return;
      if (page) keep(page);
      else isGone = true;
      if (isGone) onEnd();
      for (const wake of [...growthListeners]) wake();
      if (page && page.length < PAGE_EVENTS && !readAgain) return;
    }
  }

  function keep(page: readonly LogEvent[]): void {
    const all = [...kept, ...page];
    kept = all.slice(-KEPT_EVENTS);
    keptAfterSeq = all.at(-KEPT_EVENTS - 1)?.seq ?? keptAfterSeq;
    lastSeq = page.at(-1)?.seq ?? lastSeq;
  }

  function leave(): void {
    members -= 1;
    if (members > 0) return;
    stopping.abort();
    unlisten();
    onEnd();
  }

  return {
    join() {
      members += 1;
      let left = false;
      return {
        ready,
        get lastSeq() {
          return lastSeq;
        },
        after(seq) {
          // Not counted from `seq`: rows that were deleted before they were read have left gaps.
          return seq < keptAfterSeq ? 'behind' : kept.slice(1 + kept.findLastIndex((event) => event.seq <= seq));
        },
        get isGone() {
          return isGone;
        },
        onGrowth(wake) {
          growthListeners.add(wake);
          return () => growthListeners.delete(wake);
        },
        leave() {
          if (!left) leave();
          left = true;
        },
      };
    },
  };
}
