import type { ThreadCopy } from '../checkpoints/copy-checkpoints.js';
import type { Db } from '../database/database.js';

/**
 * Copies a thread's interrupts, waiting and answered; no run asked or answered the copies. In the copied thread those that wait appear
 * now: a millisecond after each other, so that the oldest stays the first. One statement.
 */
export async function copyInterrupts(db: Db, { sourceId, copyId }: ThreadCopy): Promise<void> {
  await db.$executeRaw`
    WITH source AS (
      SELECT *,
             CURRENT_TIMESTAMP
             + (row_number() OVER (PARTITION BY "resolvedAt" IS NULL ORDER BY "createdAt", "id") - 1) * interval '1 millisecond' AS "appearsAt"
        FROM "Interrupt"
       WHERE "threadId" = ${sourceId}::uuid
    )
    INSERT INTO "Interrupt" ("id", "tenantId", "threadId", "interruptId", "taskId", "namespace", "value", "createdAt", "updatedAt", "resolvedAt")
    SELECT gen_random_uuid(), "tenantId", ${copyId}::uuid, "interruptId", "taskId", "namespace", "value",
           CASE WHEN "resolvedAt" IS NULL THEN "appearsAt" ELSE "createdAt" END,
           CASE WHEN "resolvedAt" IS NULL THEN "appearsAt" ELSE "updatedAt" END,
           "resolvedAt"
      FROM source`;
}
