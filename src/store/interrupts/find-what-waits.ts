import type { AnsweredInterrupt, Waiting } from '../../domain/resume.js';
import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/**
 * What waits in a thread, as its last run or state update left it, and the latest answers: to `interruptIds`, or (when there are none) to
 * whatever was answered last. Null when the cached state is not that of the newest checkpoint: then only the graph can tell. One statement;
 * it stays true while the caller's transaction holds a thread without an active run, and until a run that has just been claimed begins.
 */
export async function findWhatWaits(
  db: Db,
  tenant: Tenant,
  { threadId, interruptIds }: { threadId: string; interruptIds: readonly string[] },
): Promise<Waiting | null> {
  const [row] = await db.$queryRaw<WaitingRow[]>`
    WITH answered AS (
      SELECT DISTINCT ON (i."interruptId") i."interruptId", i."resolvedAt", i."resolvedRunId"
        FROM "Interrupt" i
       WHERE i."threadId" = ${threadId}::uuid
         AND i."resolvedAt" IS NOT NULL
         AND (i."interruptId" = ANY(${[...interruptIds]}::text[]) OR ${interruptIds.length === 0})
       ORDER BY i."interruptId", i."resolvedAt" DESC
    ), latest AS (
      SELECT * FROM answered ORDER BY "resolvedAt" DESC LIMIT ${Math.max(interruptIds.length, 1)}
    )
    SELECT (SELECT array_agg(i."interruptId" ORDER BY i."createdAt", i."id")
              FROM "Interrupt" i
             WHERE i."threadId" = t."id"
               AND i."resolvedAt" IS NULL) AS "interruptIds",
           s."errorName" IS NULL AND cardinality(s."next") > 0 AND NOT EXISTS (
             SELECT 1
               FROM "Interrupt" i
              WHERE i."threadId" = t."id"
                AND i."resolvedAt" IS NOT NULL
                AND i."resolvedRunId" IS NULL
                AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."threadId" = t."id" AND r."finishedAt" > i."resolvedAt")
           ) AS "isAtBreakpoint",
           s."errorName" IS NOT NULL AS "hasFailed",
           s."next",
           (SELECT json_agg(latest ORDER BY latest."resolvedAt" DESC) FROM latest) AS "answered",
           s."checkpointId" IS NOT DISTINCT FROM (
             SELECT c."checkpointId"
               FROM "Checkpoint" c
              WHERE c."threadId" = t."id"
                AND c."checkpointNs" = ''
              ORDER BY c."checkpointId" DESC
              LIMIT 1
           ) AS "isNewest"
      FROM "Thread" t
      LEFT JOIN "ThreadState" s ON s."threadId" = t."id"
     WHERE t."id" = ${threadId}::uuid
       AND ${ownedBySql(tenant, 't')}`;
  if (!row?.isNewest) return null;
  return {
    interruptIds: [...new Set(row.interruptIds ?? [])],
    isAtBreakpoint: row.isAtBreakpoint ?? false,
    hasFailed: row.hasFailed,
    next: row.next ?? [],
    answered: (row.answered ?? []).map((answer) => ({ ...answer, resolvedAt: new Date(answer.resolvedAt) })),
  };
}

interface WaitingRow {
  readonly interruptIds: string[] | null;
  readonly isAtBreakpoint: boolean | null;
  readonly hasFailed: boolean;
  readonly next: string[] | null;
  readonly answered: (Omit<AnsweredInterrupt, 'resolvedAt'> & { readonly resolvedAt: string })[] | null;
  readonly isNewest: boolean;
}
