import { badUserInput } from '../../domain/errors.js';
import { type EventFilter, kindsPassing, type LogEvent, passesFilter } from '../../domain/event.js';
import { cursorInvalid, requireKeptEventSeq } from '../../domain/event-id.js';
import { isFinal } from '../../domain/run.js';
import type { StreamMode } from '../../domain/stream-mode.js';
import { findLastSeqOfThread, listEventsAfter } from '../../store/events/read-events.js';
import type { Caller } from '../caller.js';
import { getRun } from '../runs/read-runs.js';
import { followLog } from './follow-log.js';

const BATCH_MAX = 1_000;

export interface FollowRun {
  /** `eventId` of the last event received; null or empty: from the first. */
  readonly after?: string | null | undefined;
  readonly modes?: readonly StreamMode[] | null | undefined;
  readonly subgraphs: boolean;
  /** Events per batch, 1–1,000. */
  readonly maxSize: number;
  readonly abort: AbortSignal;
}

/**
 * A run's events from a cursor on, replayed and then live, as {@link followLog} gives them; done after the batch that holds END, or when
 * the thread is deleted.
 * @throws RUN_NOT_FOUND, EVENT_CURSOR_INVALID, EVENT_CURSOR_EXPIRED, BAD_USER_INPUT, before the first batch
 */
export async function followRun(
  caller: Caller,
  id: string,
  { after, modes, subgraphs, maxSize, abort }: FollowRun,
): Promise<AsyncIterableIterator<readonly LogEvent[]>> {
  if (maxSize < 1 || maxSize > BATCH_MAX) {
    throw badUserInput(`\`maxSize\` must be from 1 to ${BATCH_MAX}.`, [{ path: ['maxSize'], message: `must be from 1 to ${BATCH_MAX}` }]);
  }
  const { prisma } = caller.database;
  const run = await getRun(caller, id, { path: ['runId'], removed: true });
  const cursor = after ? requireKeptEventSeq(after, run) : 0;
  // Waiting for a log to grow past a place that it has not reached would miss END.
  if (cursor > 0 && cursor > ((await findLastSeqOfThread(prisma, run.threadId)) ?? cursor))
    throw cursorInvalid('lies beyond the end of the log');

  const filter: EventFilter = { modes: modes ?? null, subgraphs };
  const part = { log: { runId: run.id }, kinds: kindsPassing(filter), rootOnly: !subgraphs };
  return followLog<LogEvent>(caller, {
    threadId: run.threadId,
    seq: cursor,
    name: 'follow run',
    passes: (event) => event.runId === run.id && passesFilter(event, filter),
    listAfter: (seq, limit) => listEventsAfter(prisma, { ...part, seq, limit }),
    toItems: (events) => Promise.resolve(events),
    isLast: ({ kind }) => kind === 'END',
    isOver: isFinal(run.status),
    maxSize,
    abort,
  });
}
