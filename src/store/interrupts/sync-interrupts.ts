import { Prisma } from '../../generated/prisma/client.js';
import type { PendingInterrupt } from '../../ports/graphs.js';
import type { Db } from '../database/database.js';
import { toJson } from '../database/json.js';
import type { Tenant } from '../tenant.js';

/**
 * Makes a thread's pending interrupts equal those that wait in the state a run left: new ones are inserted, vanished ones are resolved by
 * that run (null: by a state update). LangGraph gives two questions of one task the same id, so a question counts as the same only while its
 * value is. `undoneRunId`: what that run had answered waits again, if it does. One statement, in the caller's transaction, which holds the
 * thread.
 */
export async function syncInterrupts(
  db: Db,
  tenant: Tenant,
  {
    threadId,
    runId,
    waiting,
    undoneRunId = null,
  }: { threadId: string; runId: string | null; waiting: readonly PendingInterrupt[]; undoneRunId?: string | null },
): Promise<void> {
  await db.$executeRaw`
    WITH waiting AS (
      SELECT *
        FROM unnest(
               ${waiting.map(({ interruptId }) => interruptId)}::text[],
               ${waiting.map(({ taskId }) => taskId ?? '')}::text[],
               ${waiting.map(({ namespace }) => namespace.join('|'))}::text[],
               ${waiting.map(({ value }) => toJson(value))}::text[]
             ) AS w("interruptId", "taskId", "namespace", "value")
    ), resolved AS (
      UPDATE "Interrupt" i
         SET "resolvedAt" = CURRENT_TIMESTAMP, "resolvedRunId" = ${runId}::uuid, "updatedAt" = CURRENT_TIMESTAMP
       WHERE i."threadId" = ${threadId}::uuid
         AND i."resolvedAt" IS NULL
         AND NOT EXISTS (SELECT 1 FROM waiting w WHERE ${SAME_QUESTION})
    ), reopened AS (
      UPDATE "Interrupt" i
         SET "resolvedAt" = NULL, "resolvedRunId" = NULL, "updatedAt" = CURRENT_TIMESTAMP
        FROM waiting w
       WHERE i."threadId"      = ${threadId}::uuid
         AND i."resolvedRunId" = ${undoneRunId}::uuid
         AND ${SAME_QUESTION}
      RETURNING w."interruptId", w."value"
    )
    INSERT INTO "Interrupt" ("id", "tenantId", "threadId", "interruptId", "runId", "taskId", "namespace", "value")
    SELECT gen_random_uuid(), ${tenant.tenantId}, ${threadId}::uuid, w."interruptId", ${runId}::uuid, NULLIF(w."taskId", ''),
           string_to_array(w."namespace", '|'), w."value"::json
      FROM waiting w
     WHERE NOT EXISTS (SELECT 1 FROM reopened r WHERE (r."interruptId", r."value") = (w."interruptId", w."value"))
       AND NOT EXISTS (
             SELECT 1 FROM "Interrupt" i WHERE i."threadId" = ${threadId}::uuid AND i."resolvedAt" IS NULL AND ${SAME_QUESTION})`;
}

const SAME_QUESTION = Prisma.sql`w."interruptId" = i."interruptId" AND w."value" = i."value"::text`;
