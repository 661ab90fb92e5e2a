import type { Fence } from '../../domain/run.js';
import type { RunKwargs } from '../../domain/run-kwargs.js';
import { type Database, transact } from '../database/database.js';
import type { Tenant } from '../tenant.js';

/** A run that this process now holds, with all that a graph call needs. */
export interface ClaimedRun extends Fence, Tenant {
  readonly threadId: string;
  readonly graphId: string;
  readonly kwargs: RunKwargs;
  readonly temporary: boolean;
  /** How often its lease has expired so far. */
  readonly lostCount: number;
}

export interface Claim {
  readonly runs: readonly ClaimedRun[];
  /** Due threads that another transaction had locked; look again soon, for no signal may come. */
  readonly missed: boolean;
  /** Until the next delayed run becomes due; null: there is none. */
  readonly nextDueSeconds: number | null;
}

/**
 * Takes up to `limit` due runs: PENDING → RUNNING, `attempt + 1`, a lease. Two callers at once never get the same run, nor two runs of
 * one thread: threads are locked first (SKIP LOCKED), and each one's head is read in a second statement, which sees what was committed
 * before the lock. A run that was claimed once already goes first, then creation order among due ones. Four round trips, whatever `limit`.
 */
export function claimRuns(
  database: Database,
  {
    workerId,
    graphIds,
    limit,
    leaseSeconds,
  }: { workerId: string; graphIds: readonly string[]; limit: number; leaseSeconds: number | null },
): Promise<Claim> {
  return transact(database, async (db) => {
    const candidates = await db.$queryRaw<{ id: string | null; locked: boolean; nextDueSeconds: number | null }[]>`
      WITH due AS MATERIALIZED (
        SELECT r."threadId", min(r."sequence") AS "sequence"
          FROM "Run" r
         WHERE r."status" = 'PENDING'
           AND r."availableAt" <= CURRENT_TIMESTAMP
           AND r."graphId" = ANY(${[...graphIds]})
           AND NOT EXISTS (SELECT 1 FROM "Run" x WHERE x."threadId" = r."threadId" AND x."status" = 'RUNNING')
         GROUP BY r."threadId"
         ORDER BY min(r."sequence")
         LIMIT ${limit}
      ), locked AS MATERIALIZED (
        SELECT t."id"
          FROM "Thread" t
         WHERE t."id" IN (SELECT "threadId" FROM due)
           FOR NO KEY UPDATE SKIP LOCKED
      ), later AS (
        SELECT extract(epoch FROM min(r."availableAt") - clock_timestamp())::float8 AS "nextDueSeconds"
          FROM "Run" r
         WHERE r."status" = 'PENDING'
           AND r."availableAt" > CURRENT_TIMESTAMP
           AND r."graphId" = ANY(${[...graphIds]})
      )
      SELECT due."threadId"::text AS "id", locked."id" IS NOT NULL AS "locked", later."nextDueSeconds"
        FROM later
        LEFT JOIN due ON true
        LEFT JOIN locked ON locked."id" = due."threadId"`;
    const threadIds = candidates.flatMap(({ id, locked }) => (id !== null && locked ? [id] : []));
    const missed = candidates.some(({ id, locked }) => id !== null && !locked);
    const nextDueSeconds = candidates[0]?.nextDueSeconds ?? null;
    if (threadIds.length === 0) return { runs: [], missed, nextDueSeconds };

    const rows = await db.$queryRaw<(Omit<ClaimedRun, 'kwargs'> & { kwargsText: string })[]>`
      WITH head AS (
        SELECT DISTINCT ON (r."threadId") r."id"
          FROM "Run" r
         WHERE r."threadId" = ANY(${threadIds}::uuid[])
           AND r."status" = 'PENDING'
           AND r."availableAt" <= CURRENT_TIMESTAMP
           AND r."graphId" = ANY(${[...graphIds]})
           AND NOT EXISTS (SELECT 1 FROM "Run" x WHERE x."threadId" = r."threadId" AND x."status" = 'RUNNING')
         ORDER BY r."threadId", r."attempt" > 0 DESC, r."sequence"
      ), claimed AS (
        UPDATE "Run" r
           SET "status"     = 'RUNNING',
               "attempt"    = r."attempt" + 1,
               "workerId"   = ${workerId},
               "leaseUntil" = clock_timestamp() + make_interval(secs => ${leaseSeconds}::float8),
               "startedAt"  = COALESCE(r."startedAt", CURRENT_TIMESTAMP),
               "updatedAt"  = CURRENT_TIMESTAMP
          FROM head
         WHERE r."id" = head."id"
        RETURNING r."id", r."tenantId", r."threadId", r."graphId", r."attempt", r."lostCount", r."sequence"
      ), thread AS (
        UPDATE "Thread" t
           SET "nextSeq" = t."nextSeq" + 1
          FROM claimed
         WHERE t."id" = claimed."threadId"
        RETURNING t."id", t."temporary", t."nextSeq" - 1 AS "seq"
      ), event AS (
        INSERT INTO "RunEvent" ("threadId", "seq", "runId", "attempt", "kind", "data", "createdAt")
        SELECT thread."id", thread."seq", claimed."id", claimed."attempt", 'RUN_STATUS', '{"status":"RUNNING"}', clock_timestamp()
          FROM thread
          JOIN claimed ON claimed."threadId" = thread."id"
      )
      SELECT claimed."id"::text AS "runId", claimed."tenantId", claimed."threadId"::text, claimed."graphId", claimed."attempt",
             claimed."lostCount", thread."temporary", p."kwargs"::text AS "kwargsText"
        FROM claimed
        JOIN thread ON thread."id" = claimed."threadId"
        JOIN "RunPayload" p ON p."runId" = claimed."id"
       ORDER BY claimed."sequence"`;
    return {
      runs: rows.map(({ kwargsText, ...row }) => ({ ...row, kwargs: JSON.parse(kwargsText) as RunKwargs })),
      missed,
      nextDueSeconds,
    };
  });
}
