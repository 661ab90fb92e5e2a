import type { RunError } from '../../domain/run.js';
import type { Db } from '../database/database.js';
import { fromText } from '../database/text.js';

/**
 * The error of the run that left a thread's state: of those that are still there the last one to end, unless a state update has come since.
 * Null when it did not fail. One round trip.
 */
export async function findStandingError(db: Db, threadId: string): Promise<RunError | null> {
  const [row] = await db.$queryRaw<{ name: string | null; message: string | null }[]>`
    SELECT CASE WHEN update."at" > r."finishedAt" THEN NULL ELSE r."errorName" END AS "name", r."errorMessage" AS "message"
      FROM "Run" r
     CROSS JOIN (
             SELECT max(c."createdAt") AS "at" FROM "Checkpoint" c WHERE c."threadId" = ${threadId}::uuid AND c."runId" IS NULL
           ) AS update
     WHERE r."threadId" = ${threadId}::uuid
       AND r."startedAt" IS NOT NULL
       AND r."finishedAt" IS NOT NULL
       AND r."removedAt" IS NULL
     ORDER BY r."finishedAt" DESC, r."sequence" DESC
     LIMIT 1`;
  return row?.name == null ? null : { name: fromText(row.name), message: fromText(row.message ?? '') };
}
