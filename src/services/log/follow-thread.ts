import { notFound } from '../../domain/errors.js';
import { type EventFilter, type LogEvent, passesThreadFilter, threadKindsPassing } from '../../domain/event.js';
import { requireKeptThreadSeq } from '../../domain/event-id.js';
import type { StreamMode } from '../../domain/stream-mode.js';
import type { ThreadEvent } from '../../domain/thread-event.js';
import { requireUuid } from '../../domain/uuid.js';
import { findLogExtent, listEventsAfter } from '../../store/events/read-events.js';
import type { Caller } from '../caller.js';
import { followLog } from './follow-log.js';
import { toThreadEvents } from './to-thread-events.js';

/** Events that are taken from the log at once: each batch asks once for the runs and the thread it is about. */
const TAKE_AT_ONCE = 64;

export interface FollowThread {
  /** `eventId` of the last event received; null: from now on; empty: from the first one kept. */
  readonly after: string | null;
  readonly modes: readonly StreamMode[] | null;
  readonly subgraphs: boolean;
  /** Whether the states of THREAD_STATE events are wanted; each costs what `Thread.state` does. */
  readonly states: boolean;
  readonly abort: AbortSignal;
}

/**
 * The log of a thread across its runs, from a cursor on, replayed and then live, as {@link followLog} gives it; ends only when the thread
 * is deleted. Events of runs pass the filter of {@link followRun}, the thread's own always do; left out are those whose run or checkpoint
 * is gone.
 * @throws THREAD_NOT_FOUND, EVENT_CURSOR_INVALID, EVENT_CURSOR_EXPIRED, BAD_USER_INPUT, before the first batch
 */
export async function followThread(
  caller: Caller,
  id: string,
  { after, modes, subgraphs, states, abort }: FollowThread,
): Promise<AsyncIterableIterator<readonly ThreadEvent[]>> {
  const { prisma } = caller.database;
  const threadId = requireUuid(id, ['threadId']);
  const extent = await findLogExtent(prisma, caller, threadId);
  if (!extent) throw notFound('Thread', threadId);

  const filter: EventFilter = { modes, subgraphs };
  const part = { log: { threadId }, kinds: threadKindsPassing(filter), rootOnly: !subgraphs };
  return followLog<ThreadEvent>(caller, {
    threadId,
    seq: after === null ? extent.lastSeq : after === '' ? 0 : requireKeptThreadSeq(after, extent),
    name: 'follow thread',
    passes: (event: LogEvent) => passesThreadFilter(event, filter),
    listAfter: (seq, limit) => listEventsAfter(prisma, { ...part, seq, limit }),
    toItems: (events) => toThreadEvents(caller, threadId, events, { states }),
    isLast: () => false,
    maxSize: TAKE_AT_ONCE,
    abort,
  });
}
