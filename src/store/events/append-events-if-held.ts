import { LeaseLost } from '../../domain/errors.js';
import type { EventDraft } from '../../domain/event.js';
import type { Fence } from '../../domain/run.js';
import type { Database } from '../database/database.js';
import { toJson } from '../database/json.js';

/** A draft with what the executor knows about its place. */
export interface RunEventDraft extends EventDraft {
  /** The newest root checkpoint announced before it; null: none. */
  readonly checkpointId: string | null;
  /** Only on METADATA of a second attempt. */
  readonly resumesAfterSeq: number | null;
}

/**
 * Appends a run's events to its thread's log, in order, or throws {@link LeaseLost} and appends nothing when another worker has taken
 * the run. One statement, one round trip, durable when it returns.
 *
 * The thread's row is locked first (it holds the counter that `seq` comes from, so readers never see 5 before 4), then the run's row is
 * shared: a take-over either waits for this statement, or has committed and is seen. The counter moves only when the fence holds.
 */
export async function appendEventsIfHeld(
  { prisma }: Database,
  { threadId, fence, drafts }: { threadId: string; fence: Fence; drafts: readonly RunEventDraft[] },
): Promise<void> {
  const rows = await prisma.$queryRaw<{ held: number }[]>`
    WITH thread AS MATERIALIZED (
      SELECT "id" FROM "Thread" WHERE "id" = ${threadId}::uuid FOR NO KEY UPDATE
    ), fence AS MATERIALIZED (
      SELECT r."id"
        FROM thread
        JOIN "Run" r ON r."threadId" = thread."id"
       WHERE r."id"      = ${fence.runId}::uuid
         AND r."attempt" = ${fence.attempt}
         AND r."status"  = 'RUNNING'
         FOR SHARE OF r
    ), counter AS (
      UPDATE "Thread" t
         SET "nextSeq" = t."nextSeq" + ${drafts.length}
        FROM fence
       WHERE t."id" = ${threadId}::uuid
      RETURNING t."nextSeq" - ${drafts.length} AS "firstSeq"
    ), appended AS (
      INSERT INTO "RunEvent" ("threadId", "seq", "runId", "attempt", "kind", "namespace", "data", "checkpointId", "resumesAfterSeq", "createdAt")
      SELECT ${threadId}::uuid, counter."firstSeq" + draft."place"::int - 1, ${fence.runId}::uuid, ${fence.attempt},
             draft."kind"::"EventKind", string_to_array(draft."namespace", '|'), draft."data"::json,
             NULLIF(draft."checkpointId", '')::uuid, NULLIF(draft."resumesAfterSeq", 0), clock_timestamp()
        FROM counter,
             unnest(
               ${drafts.map(({ kind }) => kind)}::text[],
               ${drafts.map(({ namespace }) => namespace.join('|'))}::text[],
               ${drafts.map(({ data }) => toJson(data))}::text[],
               ${drafts.map(({ checkpointId }) => checkpointId ?? '')}::text[],
               ${drafts.map(({ resumesAfterSeq }) => resumesAfterSeq ?? 0)}::int[]
             ) WITH ORDINALITY AS draft("kind", "namespace", "data", "checkpointId", "resumesAfterSeq", "place")
    )
    SELECT count(*)::int AS "held" FROM fence`;
  if (rows[0]?.held !== 1) throw new LeaseLost(fence.runId, fence.attempt);
}
