import type { Json, JsonObject } from '../../domain/json.js';
import type { Run } from '../../domain/run.js';
import type { RunKwargs } from '../../domain/run-kwargs.js';
import type { Run as RunRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromJsonb } from '../database/json.js';
import { fromText } from '../database/text.js';
import { ownedBy, ownedBySql, type Tenant } from '../tenant.js';

/** The row without what only the store needs. */
export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    threadId: row.threadId,
    assistantId: row.assistantId,
    graphId: row.graphId,
    cronId: row.cronId,
    webhook: row.webhook,
    status: row.status,
    metadata: fromJsonb(row.metadata as JsonObject) as JsonObject,
    multitaskStrategy: row.multitaskStrategy,
    attempt: row.attempt,
    error: row.errorName === null ? null : { name: fromText(row.errorName), message: fromText(row.errorMessage ?? '') },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    availableAt: row.availableAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    cancelRequestedAt: row.cancelRequestedAt,
    eventsExpiredSeq: row.eventsExpiredSeq,
  };
}

/** Several runs by id; `removed`: also those that were rolled back, while their log is kept. One round trip. */
export async function findRuns(
  db: Db,
  tenant: Tenant,
  ids: readonly string[],
  { removed = false }: { removed?: boolean } = {},
): Promise<Map<string, Run>> {
  const rows = await db.run.findMany({ where: { ...ownedBy(tenant), id: { in: [...ids] }, ...(!removed && { removedAt: null }) } });
  return new Map(rows.map((row) => [row.id, toRun(row)]));
}

/** A run with the digest of the input that created it: what an idempotent create compares. `foreign`: another tenant holds the id. */
export async function findRunAndDigest(db: Db, tenant: Tenant, id: string): Promise<{ run: Run; inputDigest: string } | 'foreign' | null> {
  const row = await db.run.findUnique({ where: { id } });
  if (!row) return null;
  return row.tenantId === tenant.tenantId ? { run: toRun(row), inputDigest: row.inputDigest } : 'foreign';
}

export interface RunPayload {
  readonly kwargs: RunKwargs;
  /** Final state values; null until finished. */
  readonly output: Json;
}

/** The large parts of several runs. One round trip. */
export async function findRunPayloadRows(db: Db, tenant: Tenant, runIds: readonly string[]): Promise<Map<string, RunPayload>> {
  const rows = await db.runPayload.findMany({ where: { runId: { in: [...runIds] }, run: ownedBy(tenant) } });
  return new Map(rows.map((row) => [row.runId, { kwargs: row.kwargs as unknown as RunKwargs, output: row.output as Json }]));
}

/** Each thread's active run: the RUNNING one, else the oldest PENDING. Two round trips. */
export async function findActiveRunsOfThreads(db: Db, tenant: Tenant, threadIds: readonly string[]): Promise<Map<string, Run>> {
  const ids = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT ON ("threadId") "id"::text
      FROM "Run"
     WHERE "threadId" = ANY(${[...threadIds]}::uuid[])
       AND ${ownedBySql(tenant)}
       AND "status" IN ('PENDING', 'RUNNING')
     ORDER BY "threadId", "status" = 'RUNNING' DESC, "sequence"`;
  const runs = await findRuns(
    db,
    tenant,
    ids.map(({ id }) => id),
  );
  return new Map([...runs.values()].map((run) => [run.threadId, run]));
}
