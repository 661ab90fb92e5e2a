import type { Json } from '../../domain/json.js';
import type { RunError } from '../../domain/run.js';
import type { ThreadStatus } from '../../domain/thread.js';
import type { Db } from '../database/database.js';
import { toJson, toJsonb } from '../database/json.js';
import { toText } from '../database/text.js';
import { expiresAt } from '../threads/expires-at.js';

/** What a run, or a state update, leaves behind in its thread. */
export interface RunOutcomeRows {
  /** null: no run did. */
  readonly runId: string | null;
  readonly threadId: string;
  readonly threadStatus: ThreadStatus;
  /** The state the run left; null: unknown, the cached one stays. */
  readonly state: { readonly checkpointId: string | null; readonly values: Json; readonly next: readonly string[] } | null;
  /** Of a run that failed: the thread shows it while its status is ERROR, which may be later, when a run that waits has gone. */
  readonly error: RunError | null;
  /** When a temporary thread leaves lists and later goes; null: not because of this run. */
  readonly expiresInSeconds: number | null;
}

/**
 * Writes a run's output and its thread's cached state, status and expiry. One statement, in the caller's transaction, which holds the
 * thread and has just finished the run, if it was one.
 */
export async function writeRunOutcome(db: Db, { state, error, ...outcome }: RunOutcomeRows): Promise<void> {
  const { checkpointId, values, next } = state ?? { checkpointId: null, values: null, next: [] };
  const isKnown = state !== null;
  await db.$executeRaw`
    WITH payload AS (
      UPDATE "RunPayload"
         SET "output" = ${toJson(values)}::json
       WHERE "runId" = ${outcome.runId}::uuid
    ), state AS (
      INSERT INTO "ThreadState" AS kept ("threadId", "checkpointId", "values", "next", "errorName", "errorMessage")
      VALUES (${outcome.threadId}::uuid, ${checkpointId}::uuid, ${toJsonb(values)}::jsonb, ${[...next]}::text[],
              ${error && toText(error.name)}, ${error && toText(error.message)})
      ON CONFLICT ("threadId") DO UPDATE
         SET "checkpointId" = CASE WHEN ${isKnown} THEN EXCLUDED."checkpointId" ELSE kept."checkpointId" END,
             "values"       = CASE WHEN ${isKnown} THEN EXCLUDED."values" ELSE kept."values" END,
             "next"         = CASE WHEN ${isKnown} THEN EXCLUDED."next" ELSE kept."next" END,
             "errorName"    = EXCLUDED."errorName",
             "errorMessage" = EXCLUDED."errorMessage"
    )
    UPDATE "Thread"
       SET "status"         = ${outcome.threadStatus}::"ThreadStatus",
           "updatedAt"      = CURRENT_TIMESTAMP,
           "stateUpdatedAt" = CASE WHEN ${checkpointId !== null} THEN CURRENT_TIMESTAMP ELSE "stateUpdatedAt" END,
           "expiresAt"      = COALESCE(CURRENT_TIMESTAMP + make_interval(secs => ${outcome.expiresInSeconds}::float8), ${expiresAt()})
     WHERE "id" = ${outcome.threadId}::uuid`;
}
