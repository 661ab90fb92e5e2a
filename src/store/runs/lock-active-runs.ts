import type { CancelAction } from '../../domain/cancel-action.js';
import type { Fence } from '../../domain/run.js';
import type { Db } from '../database/database.js';

/** A PENDING or RUNNING run, held by the caller's transaction. */
export interface ActiveRun extends Fence {
  readonly threadId: string;
  readonly graphId: string;
  readonly status: 'PENDING' | 'RUNNING';
  /** What it was told already. */
  readonly cancelAction: CancelAction | null;
}

/**
 * Locks a thread's active runs, or of these only `runIds`, in order of creation. The caller's transaction holds the thread, so none comes
 * meanwhile and none is claimed. One statement.
 */
export function lockActiveRuns(
  db: Db,
  { threadId, runIds = null }: { threadId: string; runIds?: readonly string[] | null },
): Promise<ActiveRun[]> {
  return db.$queryRaw<ActiveRun[]>`
    SELECT "id"::text AS "runId", "attempt", "threadId"::text, "graphId", "status"::text, "cancelAction"::text
      FROM "Run"
     WHERE "threadId" = ${threadId}::uuid
       AND "status" IN ('PENDING', 'RUNNING')
       AND (${runIds === null} OR "id" = ANY(${[...(runIds ?? [])]}::uuid[]))
     ORDER BY "sequence"
       FOR UPDATE`;
}
