import type { LogEvent } from '../../domain/event.js';
import { SECOND } from '../../ports/clock.js';
import type { Caller } from '../caller.js';
import { makeClosable } from '../closable.js';

const PAGE_EVENTS = 512;
/** After a database that did not answer. */
const TRY_AGAIN_MS = 1 * SECOND;

/** Which part of a thread's log to follow, and what to make of it. */
export interface LogPart<Item> {
  readonly threadId: string;
  /** Follows what comes after it. */
  readonly seq: number;
  /** For telemetry. */
  readonly name: string;
  passes(event: LogEvent): boolean;
  /** The next rows of the same part from the table. */
  listAfter(seq: number, limit: number): Promise<readonly LogEvent[]>;
  /** What stands for these events, in order. Called again when it throws. */
  toItems(events: readonly LogEvent[]): Promise<readonly Item[]>;
  /** Nothing follows this item. */
  isLast(item: Item): boolean;
  /** Told before anything else. */
  readonly first?: readonly Item[];
  /** Told last when the thread is deleted. */
  readonly whenDeleted?: readonly Item[];
  /** Nothing will be added: done when it has been read. */
  readonly isOver?: boolean;
  /** Events per batch. */
  readonly maxSize: number;
  readonly abort: AbortSignal;
}

/**
 * A part of a thread's log from a place on, replayed and then live, in batches of whatever is there; done after the last item, or when the
 * thread is deleted. A subscriber is a cursor, never a queue: a slow one falls back to reading the log, and costs nobody anything.
 * `return()`, or `abort`, settles a `next()` that is waiting. It outlives a database that does not answer for a while.
 */
export function followLog<Item>(caller: Caller, part: LogPart<Item>): AsyncIterableIterator<readonly Item[]> {
  const { maxSize, abort } = part;
  const tail = caller.tails.join(part.threadId);
  let seq = part.seq;
  let toTell = part.first ?? [];
  let unread: readonly LogEvent[] = [];
  let isOver = part.isOver ?? false;
  let ended = false;
  let wakeUp: (() => void) | null = null;

  const stopListening = tail.onGrowth(wake);
  abort.addEventListener('abort', end, { once: true });
  if (abort.aborted) end();

  function wake(): void {
    wakeUp?.();
  }

  function end(): void {
    if (ended) return;
    ended = true;
    stopListening();
    tail.leave();
    abort.removeEventListener('abort', end);
    wake();
  }

  /** The next events after the cursor, from memory or from the table (none when there are none yet), and how far the log is read then. */
  async function nextEvents(): Promise<{ events: readonly LogEvent[]; upTo: number }> {
    await tail.ready;
    const endOfTail = tail.lastSeq;
    const live = tail.after(seq);
    if (live !== 'behind') return { events: live, upTo: Math.max(seq, endOfTail) };
    const page = await part.listAfter(seq, PAGE_EVENTS);
    const lastRead = page.at(-1)?.seq ?? seq;
    return { events: page, upTo: page.length === PAGE_EVENTS ? lastRead : Math.max(endOfTail, lastRead) };
  }

  /** The next items; none when there are none yet, or nothing stands for what there is. */
  async function readOn(): Promise<readonly Item[]> {
    if (unread.length === 0) {
      const { events, upTo } = await nextEvents();
      unread = events.filter((event) => part.passes(event));
      seq = upTo;
    }
    const items = unread.length === 0 ? [] : await part.toItems(unread.slice(0, maxSize));
    unread = unread.slice(maxSize);
    return items;
  }

  async function readOnOrTryAgain(): Promise<readonly Item[]> {
    while (!ended) {
      try {
        return await readOn();
      } catch (error) {
        caller.telemetry.emit('loop.failed', { loop: part.name, error });
        await caller.clock.sleep(TRY_AGAIN_MS, abort);
      }
    }
    return [];
  }

  /** Resolves when the log has grown past the cursor or is gone, or the iterator has ended. */
  function growth(): Promise<void> {
    return new Promise((resolve) => {
      wakeUp = resolve;
      if (ended || tail.isGone || tail.lastSeq > seq) resolve();
    });
  }

  async function nextBatch(): Promise<IteratorResult<readonly Item[], undefined>> {
    while (!ended) {
      const batch = toTell.length > 0 ? toTell : await readOnOrTryAgain();
      toTell = [];
      const last = batch.at(-1);
      if (last !== undefined) {
        if (part.isLast(last)) end();
        return { done: false, value: batch };
      }
      if (unread.length > 0 || tail.lastSeq > seq) continue;
      if (isOver) end();
      else if (tail.isGone) {
        isOver = true;
        toTell = part.whenDeleted ?? [];
      } else await growth();
    }
    return { done: true, value: undefined };
  }

  return makeClosable(nextBatch, end);
}
