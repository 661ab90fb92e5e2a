import { notFound } from '../../domain/errors.js';
import type { JsonObject } from '../../domain/json.js';
import type { MultitaskStrategy } from '../../domain/multitask.js';
import type { Run } from '../../domain/run.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { RunKwargs } from '../../domain/run-kwargs.js';
import type { Db } from '../database/database.js';
import { toJson, toJsonb } from '../database/json.js';
import type { Tenant } from '../tenant.js';
import { expiresAt } from '../threads/expires-at.js';

export interface NewRun {
  readonly id: string;
  readonly threadId: string;
  readonly assistantId: string;
  readonly graphId: string;
  /** The cron that fires it; null: none does. */
  readonly cronId: string | null;
  readonly multitaskStrategy: MultitaskStrategy;
  readonly metadata: JsonObject;
  readonly inputDigest: string;
  readonly webhook: string | null;
  /** When it becomes due, from now. */
  readonly afterSeconds: number;
  readonly kwargs: RunKwargs;
}

/** What the thread's row holds once the run is put on it. */
export interface ThreadAfterCreate {
  readonly metadata: JsonObject;
  readonly config: RunConfig;
}

/**
 * Puts a PENDING run on a thread: the run, its payload, the thread (BUSY) and the log rows of both changes. `thread` null: it is BUSY
 * already and stays as it is. One statement, in the caller's transaction, which holds the thread's row; it holds the assistant's too from
 * then on, so that nobody deletes it meanwhile.
 * @throws ASSISTANT_NOT_FOUND when it was deleted; the transaction must not commit then
 */
export async function insertRun(db: Db, tenant: Tenant, run: NewRun, thread: ThreadAfterCreate | null): Promise<Run> {
  const eventCount = thread ? 2 : 1;
  const [row] = await db.$queryRaw<Pick<Run, 'createdAt' | 'updatedAt' | 'availableAt'>[]>`
    WITH assistant AS (
      SELECT "id"
        FROM "Assistant"
       WHERE "id" = ${run.assistantId}::uuid
         FOR KEY SHARE
    ), run AS (
      INSERT INTO "Run" ("id", "tenantId", "threadId", "assistantId", "graphId", "multitaskStrategy", "metadata", "inputDigest",
             "streamResumable", "availableAt", "cronId", "webhook")
      SELECT ${run.id}::uuid, ${tenant.tenantId}, ${run.threadId}::uuid, assistant."id", ${run.graphId},
              ${run.multitaskStrategy}::"MultitaskStrategy", ${toJsonb(run.metadata)}::jsonb, ${run.inputDigest},
              ${run.kwargs.streamResumable}::boolean, CURRENT_TIMESTAMP + make_interval(secs => ${run.afterSeconds}::float8),
              ${run.cronId}::uuid, ${run.webhook}
        FROM assistant
      RETURNING "id", "createdAt", "updatedAt", "availableAt"
    ), payload AS (
      INSERT INTO "RunPayload" ("runId", "kwargs")
      SELECT "id", ${toJson(run.kwargs)}::json
        FROM run
    ), thread AS (
      UPDATE "Thread"
         SET "status"    = 'BUSY',
             "metadata"  = COALESCE(${thread && toJsonb(thread.metadata)}::jsonb, "metadata"),
             "config"    = COALESCE(${thread && toJsonb(thread.config)}::jsonb, "config"),
             "updatedAt" = CURRENT_TIMESTAMP,
             "expiresAt" = ${expiresAt()},
             "nextSeq"   = "nextSeq" + ${eventCount}
       WHERE "id" = ${run.threadId}::uuid
      RETURNING "id", "nextSeq" - ${eventCount} AS "firstSeq"
    ), events AS (
      INSERT INTO "RunEvent" ("threadId", "seq", "runId", "kind", "data")
      SELECT thread."id", thread."firstSeq", run."id", 'RUN_STATUS'::"EventKind", '{"status":"PENDING"}'::json
        FROM thread, run
      UNION ALL
      SELECT thread."id", thread."firstSeq" + 1, NULL, 'THREAD_STATUS', '{"status":"BUSY"}'
        FROM thread
       WHERE ${thread !== null}
    )
    SELECT "createdAt", "updatedAt", "availableAt" FROM run`;
  if (!row) throw notFound('Assistant', run.assistantId);
  const { id, threadId, assistantId, graphId, cronId, webhook, multitaskStrategy, metadata } = run;
  return {
    ...{ id, threadId, assistantId, graphId, cronId, webhook, multitaskStrategy, metadata },
    ...{ status: 'PENDING', attempt: 0, error: null, startedAt: null, finishedAt: null },
    ...{ cancelRequestedAt: null, eventsExpiredSeq: null },
    ...row,
  };
}
