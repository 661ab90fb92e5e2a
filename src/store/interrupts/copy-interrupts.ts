import type { ThreadCopy } from '../checkpoints/copy-checkpoints.js';
import type { Db } from '../database/database.js';

/**
 * Copies a thread's interrupts, waiting and answered; no run asked or answered the copies. In the copied thread those that wait appear
 * now: a millisecond after each other, so that the oldest stays the first. One statement.
 */
export async function copyInterrupts(db: Db, { sourceId, copyId }: ThreadCopy): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Interrupt" ("id", "tenantId", "threadId", "interruptId", "taskId", "namespace", "value", "createdAt", "resolvedAt")
    SELECT gen_random_uuid(), "tenantId", ${copyId}::uuid, "interruptId", "taskId", "namespace", "value",
           CASE
             WHEN "resolvedAt" IS NULL THEN CURRENT_TIMESTAMP + "place" * interval '1 millisecond'
             ELSE "createdAt"
           END,
           "resolvedAt"
      FROM (SELECT *, row_number() OVER (PARTITION BY "resolvedAt" IS NULL ORDER BY "createdAt", "id") - 1 AS "place"
              FROM "Interrupt"
             WHERE "threadId" = ${sourceId}::uuid) AS i`;
}
