import { AppError } from './errors.js';
import type { Run } from './run.js';

/** A place in a thread's log. */
export interface EventPlace {
  readonly threadId: string;
  readonly seq: number;
}

const EVENT_ID_PATTERN = /^([A-Za-z0-9_-]{22})\.(\d{1,10})$/;
const SEQ_MAX = 2_147_483_647;

/** The cursor of an event: opaque to clients, 22 characters for the thread, a dot, the `seq`. */
export function encodeEventId({ threadId, seq }: EventPlace): string {
  return `${Buffer.from(threadId.replaceAll('-', ''), 'hex').toString('base64url')}.${seq}`;
}

/** The `seq` of a cursor that must belong to `threadId`; EVENT_CURSOR_INVALID when it is malformed or another thread's. */
export function requireEventSeq(cursor: string, threadId: string): number {
  const [, thread, seqText] = EVENT_ID_PATTERN.exec(cursor) ?? [];
  const seq = Number(seqText);
  if (thread === undefined || !(seq <= SEQ_MAX)) throw cursorInvalid('is not the `eventId` of any event');
  if (encodeEventId({ threadId, seq }) !== cursor) throw cursorInvalid('belongs to another thread');
  return seq;
}

/** As {@link requireEventSeq}; EVENT_CURSOR_EXPIRED when events after it that were asked for are no longer kept. */
export function requireKeptEventSeq(cursor: string, run: Pick<Run, 'id' | 'threadId' | 'eventsExpiredSeq'>): number {
  const seq = requireEventSeq(cursor, run.threadId);
  if (run.eventsExpiredSeq === null || seq >= run.eventsExpiredSeq) return seq;
  const message = `Events of run ${run.id} after this cursor are no longer kept. Leave \`after\` out to start at the oldest one that is.`;
  throw new AppError('EVENT_CURSOR_EXPIRED', message, { runId: run.id });
}

/** The same in a whole thread's log, whose newest row is `lastSeq`, and of which `expiredSeq` is the highest that is no longer kept. */
export function requireKeptThreadSeq(
  cursor: string,
  { threadId, lastSeq, expiredSeq }: { threadId: string; lastSeq: number; expiredSeq: number | null },
): number {
  const seq = requireEventSeq(cursor, threadId);
  if (seq > lastSeq) throw cursorInvalid('lies beyond the end of the log');
  if (expiredSeq === null || seq >= expiredSeq) return seq;
  const message = `Events of thread ${threadId} after this cursor are no longer kept. Pass "" as \`after\` to start at the oldest one that is.`;
  throw new AppError('EVENT_CURSOR_EXPIRED', message, { threadId });
}

/** EVENT_CURSOR_INVALID; `fact` says why. */
export function cursorInvalid(fact: string): AppError {
  const message = `The event cursor ${fact}. Pass the \`eventId\` of the last event received, or leave \`after\` out to start at the first.`;
  return new AppError('EVENT_CURSOR_INVALID', message, { issues: [{ path: ['after'], message: fact }] });
}
