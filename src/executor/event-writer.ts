import type { EventDraft } from '../domain/event.js';
import type { Fence } from '../domain/run.js';
import type { Signals } from '../ports/signals.js';
import type { Database } from '../store/database/database.js';
import { appendEventsIfHeld, type RunEventDraft } from '../store/events/append-events-if-held.js';

/** Events that wait for the flush before theirs; when there are more, the writer's user waits too. */
const WAITING_EVENTS_MAX = 1_024;
/** Events in one statement: bounds its size, and how long the thread's row stays locked. */
const FLUSH_EVENTS_MAX = 256;

export interface EventWriter {
  /** Takes an event; resolves at once while there is room, else when there is again. */
  append(draft: EventDraft, place?: { readonly resumesAfterSeq: number | null }): Promise<void>;
  /** Later events belong to steps after this root checkpoint. */
  passCheckpoint(checkpointId: string): void;
  /** Resolves when everything appended so far is durable. */
  flush(): Promise<void>;
}

/**
 * Writes one attempt's events in order. A flush begins as soon as the one before it is done, with all that has come meanwhile, so that
 * batches grow with the load and a lone event waits for nothing. A failed flush fails every later call: LeaseLost when the run was taken
 * over. `checkpointId`: the newest checkpoint that the attempt begins after.
 */
export function makeEventWriter(
  { database, signals }: { database: Database; signals: Signals },
  { threadId, fence, checkpointId: startCheckpointId }: { threadId: string; fence: Fence; checkpointId: string | null },
): EventWriter {
  let waiting: RunEventDraft[] = [];
  let checkpointId = startCheckpointId;
  let flushing: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;

  async function flushAll(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const drafts = waiting.slice(0, FLUSH_EVENTS_MAX);
        waiting = waiting.slice(FLUSH_EVENTS_MAX);
        await appendEventsIfHeld(database, { threadId, fence, drafts });
        signals.notify(`thread:${threadId}`);
      }
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      flushing = null;
    }
  }

  function startFlush(): Promise<void> {
    flushing ??= flushAll();
    // Its failure reaches the caller through `failure` at the next call, which always comes: the last one is `flush`.
    flushing.catch(() => undefined);
    return flushing;
  }

  return {
    async append(draft, place) {
      if (failure) throw failure.error;
      waiting.push({ ...draft, checkpointId, resumesAfterSeq: place?.resumesAfterSeq ?? null });
      const flushed = startFlush();
      if (waiting.length > WAITING_EVENTS_MAX) await flushed;
    },
    passCheckpoint(passed) {
      checkpointId = passed;
    },
    async flush() {
      if (failure) throw failure.error;
      if (waiting.length > 0 || flushing) await startFlush();
    },
  };
}
