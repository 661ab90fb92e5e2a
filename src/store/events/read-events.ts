import { type EventKind, KINDS_OF_MODES, type LogEvent } from '../../domain/event.js';
import type { Json } from '../../domain/json.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/** What every reader of the log selects, in LogEvent's shape. */
const EVENT_COLUMNS = Prisma.sql`
  "threadId"::text, "seq", "runId"::text, "attempt", "kind"::text, COALESCE("namespace", '{}') AS "namespace", "data"::text AS "dataText",
  "resumesAfterSeq", "createdAt"`;

type EventRow = Omit<LogEvent, 'data' | 'kind'> & { readonly kind: EventKind; readonly dataText: string | null };

function toLogEvent({ dataText, ...row }: EventRow): LogEvent {
  return { ...row, data: dataText === null ? null : (JSON.parse(dataText) as Json) };
}

/** The next rows of a thread's log, whatever they are, in order; null when the thread is gone. One round trip. */
export async function listThreadEventsAfter(
  db: Db,
  { threadId, seq, limit }: { threadId: string; seq: number; limit: number },
): Promise<LogEvent[] | null> {
  // A thread without further rows gives one row of nulls.
  const rows = await db.$queryRaw<(EventRow | { readonly seq: null })[]>`
    SELECT event.*
      FROM "Thread" thread
      LEFT JOIN LATERAL (
             SELECT ${EVENT_COLUMNS}
               FROM "RunEvent"
              WHERE "threadId" = thread."id"
                AND "seq" > ${seq}
              ORDER BY "seq"
              LIMIT ${limit}
           ) event ON TRUE
     WHERE thread."id" = ${threadId}::uuid
     ORDER BY event."seq"`;
  return rows.length === 0 ? null : rows.filter((row): row is EventRow => row.seq !== null).map(toLogEvent);
}

/** Whose rows: those of one run, or of a whole thread. */
export type LogOwner = { readonly runId: string } | { readonly threadId: string };

export interface EventQuery {
  readonly log: LogOwner;
  /** Rows after it. */
  readonly seq: number;
  readonly kinds: readonly EventKind[];
  /** Leaves out what subgraphs emitted. */
  readonly rootOnly: boolean;
  readonly limit: number;
}

/** The next rows of a run or of a thread, of the given kinds, in order. One round trip. */
export async function listEventsAfter(db: Db, { log, seq, kinds, rootOnly, limit }: EventQuery): Promise<LogEvent[]> {
  const rows = await db.$queryRaw<EventRow[]>`
    SELECT ${EVENT_COLUMNS}
      FROM "RunEvent"
     WHERE ${'runId' in log ? Prisma.sql`"runId" = ${log.runId}::uuid` : Prisma.sql`"threadId" = ${log.threadId}::uuid`}
       AND "seq" > ${seq}
       AND "kind" = ANY(${[...kinds]}::text[]::"EventKind"[])
       AND (NOT ${rootOnly} OR "namespace" = '{}' OR "kind" <> ALL(${[...KINDS_OF_MODES]}::text[]::"EventKind"[]))
     ORDER BY "seq"
     LIMIT ${limit}`;
  return rows.map(toLogEvent);
}

/** The `seq` of the newest row of a thread's log (0: none yet); null when the thread is gone. */
export async function findLastSeqOfThread(db: Db, threadId: string): Promise<number | null> {
  const thread = await db.thread.findUnique({ where: { id: threadId }, select: { nextSeq: true } });
  return thread && thread.nextSeq - 1;
}

/** How far a thread's log reaches. */
export interface LogExtent {
  readonly threadId: string;
  /** Of the newest row; 0: none yet. */
  readonly lastSeq: number;
  /** The highest that is no longer kept because the time of its run's events was over; null: none. */
  readonly expiredSeq: number | null;
}

/** The extent of a thread's log; null when there is no such thread. One round trip. */
export async function findLogExtent(db: Db, tenant: Tenant, threadId: string): Promise<LogExtent | null> {
  const [row] = await db.$queryRaw<LogExtent[]>`
    SELECT t."id"::text AS "threadId", t."nextSeq" - 1 AS "lastSeq",
           (SELECT max(r."eventsExpiredSeq") FROM "Run" r WHERE r."threadId" = t."id") AS "expiredSeq"
      FROM "Thread" t
     WHERE t."id" = ${threadId}::uuid
       AND ${ownedBySql(tenant, 't')}`;
  return row ?? null;
}

/** The newest RUN_STATUS row of a run; null when its events are no longer kept, or there is no such run. */
export async function findLastStatusOfRun(db: Db, runId: string): Promise<LogEvent | null> {
  const [row] = await db.$queryRaw<EventRow[]>`
    SELECT ${EVENT_COLUMNS}
      FROM "RunEvent"
     WHERE "runId" = ${runId}::uuid
       AND "kind" = 'RUN_STATUS'
     ORDER BY "seq" DESC
     LIMIT 1`;
  return row ? toLogEvent(row) : null;
}

/** The `seq` of the newest event of a run; null: none yet. */
export async function findLastSeqOfRun(db: Db, runId: string): Promise<number | null> {
  const event = await db.runEvent.findFirst({
    where: { runId, kind: { notIn: ['RUN_STATUS', 'THREAD_STATUS', 'THREAD_STATE'] } },
    orderBy: { seq: 'desc' },
    select: { seq: true },
  });
  return event?.seq ?? null;
}
