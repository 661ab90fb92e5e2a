import type { Db } from '../database/database.js';

/** What a thread's status follows from, without the values of its state. */
export interface StateMarks {
  /** null: no checkpoint yet. */
  readonly checkpointId: string | null;
  readonly next: readonly string[];
  /** Interrupts that wait. */
  readonly pendingCount: number;
}

/** Reads them from the cached state; null when there is none yet. One round trip. */
export async function findStateMarks(db: Db, threadId: string): Promise<StateMarks | null> {
  const [row] = await db.$queryRaw<StateMarks[]>`
    SELECT "checkpointId"::text, "next",
           (SELECT count(*)::int FROM "Interrupt" WHERE "threadId" = ${threadId}::uuid AND "resolvedAt" IS NULL) AS "pendingCount"
      FROM "ThreadState"
     WHERE "threadId" = ${threadId}::uuid`;
  return row ?? null;
}
