import type { EventDraft } from '../../domain/event.js';
import type { Db } from '../database/database.js';
import { toJson } from '../database/json.js';

/** A row of a thread's log that no running graph emitted: a change of status or state, or a run's last events. */
export interface ThreadEventDraft extends EventDraft {
  readonly runId: string | null;
  readonly attempt: number | null;
}

/**
 * Appends rows to a log, in order. The caller's transaction must hold the thread's row ({@link lockThread}), or have just made it.
 * One round trip.
 */
export async function appendThreadEvents(db: Db, threadId: string, drafts: readonly ThreadEventDraft[]): Promise<void> {
  await db.$executeRaw`
    WITH counter AS (
      UPDATE "Thread"
         SET "nextSeq" = "nextSeq" + ${drafts.length}
       WHERE "id" = ${threadId}::uuid
      RETURNING "nextSeq" - ${drafts.length} AS "firstSeq"
    )
    INSERT INTO "RunEvent" ("threadId", "seq", "runId", "attempt", "kind", "namespace", "data", "createdAt")
    SELECT ${threadId}::uuid, counter."firstSeq" + draft."place"::int - 1, NULLIF(draft."runId", '')::uuid, NULLIF(draft."attempt", 0),
           draft."kind"::"EventKind", '{}', draft."data"::json, clock_timestamp()
      FROM counter,
           unnest(
             ${drafts.map(({ kind }) => kind)}::text[],
             ${drafts.map(({ runId }) => runId ?? '')}::text[],
             ${drafts.map(({ attempt }) => attempt ?? 0)}::int[],
             ${drafts.map(({ data }) => toJson(data))}::text[]
           ) WITH ORDINALITY AS draft("kind", "runId", "attempt", "data", "place")`;
}
