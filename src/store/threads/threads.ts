import type { Json, JsonObject } from '../../domain/json.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { Thread, ThreadStatus } from '../../domain/thread.js';
import { Prisma, type Thread as FullThreadRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromJsonb, toJsonb } from '../database/json.js';
import { ownedBy, ownedBySql, type Tenant } from '../tenant.js';
import { expiresAt } from './expires-at.js';

/** What raw statements select, in the shape that {@link toThread} takes. */
export const THREAD_COLUMNS = Prisma.sql`
  "id"::text, "status"::text, "metadata", "config", "createdAt", "updatedAt", "stateUpdatedAt", "expiresAt"`;

export type ThreadRow = Pick<
  FullThreadRow,
  'id' | 'status' | 'metadata' | 'config' | 'createdAt' | 'updatedAt' | 'stateUpdatedAt' | 'expiresAt'
>;

/** The row without what only the store needs. */
export function toThread(row: ThreadRow): Thread {
  return {
    id: row.id,
    status: row.status,
    metadata: fromJsonb(row.metadata as JsonObject) as JsonObject,
    config: fromJsonb(row.config as Json) as unknown as RunConfig,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    stateUpdatedAt: row.stateUpdatedAt,
    expiresAt: row.expiresAt,
  };
}

export async function findThreads(db: Db, tenant: Tenant, ids: readonly string[]): Promise<Map<string, Thread>> {
  const rows = await db.thread.findMany({ where: { ...ownedBy(tenant), id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, toThread(row)]));
}

/** A thread held by the caller's transaction: no run is created, claimed or settled on it until that transaction ends. */
export interface LockedThread {
  readonly id: string;
  readonly status: ThreadStatus;
  readonly metadata: JsonObject;
  readonly config: RunConfig;
  readonly temporary: boolean;
}

/** A thread as it was seen at one instant: whatever happens on it later appends to its log. */
export interface VersionedThread extends LockedThread {
  readonly nextSeq: number;
}

/** Locks a thread's row until the transaction ends (always before any of its runs); null when there is none. One round trip. */
export async function lockThread(db: Db, tenant: Tenant, id: string): Promise<VersionedThread | null> {
  const [row] = await db.$queryRaw<VersionedThread[]>`
    SELECT "id"::text, "status"::text, "metadata", "config", "temporary", "nextSeq"
      FROM "Thread"
     WHERE "id" = ${id}::uuid
       AND ${ownedBySql(tenant)}
       FOR NO KEY UPDATE`;
  return row ? toVersionedThread(row) : null;
}

/** The row as raw statements give it, with its JSON read. */
export function toVersionedThread({ metadata, config, ...row }: VersionedThread): VersionedThread {
  return { ...row, metadata: fromJsonb(metadata) as JsonObject, config: fromJsonb(config as unknown as Json) as unknown as RunConfig };
}

export interface NewThread {
  readonly id: string;
  readonly metadata: JsonObject;
  readonly config: RunConfig;
  readonly temporary: boolean;
  /** Null for a temporary one: that expires by its own rule. */
  readonly ttlMinutes: number | null;
}

/** Inserts a thread unless the id is taken (by whomever): then null. Raw, because Prisma would date it by this process's clock. */
export async function insertThreadIfAbsent(db: Db, { tenantId }: Tenant, thread: NewThread): Promise<Thread | null> {
  const [row] = await db.$queryRaw<ThreadRow[]>`
    INSERT INTO "Thread" ("id", "tenantId", "metadata", "config", "temporary", "ttlMinutes", "expiresAt")
    VALUES (${thread.id}::uuid, ${tenantId}, ${toJsonb(thread.metadata)}::jsonb, ${toJsonb(thread.config)}::jsonb,
            ${thread.temporary}, ${thread.ttlMinutes}::float8, CURRENT_TIMESTAMP + make_interval(secs => 60 * ${thread.ttlMinutes}::float8))
    ON CONFLICT DO NOTHING
    RETURNING ${THREAD_COLUMNS}`;
  return row ? toThread(row) : null;
}

/** What is absent stays. */
export interface ThreadChanges {
  readonly metadata?: JsonObject;
  readonly ttlMinutes?: number | null;
}

/** Changes the row of a thread that the caller's transaction holds; its time to live begins anew. Raw, because Prisma would date it by this process's clock. */
export async function updateThreadRow(db: Db, tenant: Tenant, id: string, changes: ThreadChanges): Promise<Thread> {
  const { metadata, ttlMinutes } = changes;
  const ttl = ttlMinutes === undefined ? Prisma.sql`"ttlMinutes"` : Prisma.sql`${ttlMinutes}::float8`;
  const [row] = await db.$queryRaw<ThreadRow[]>`
    UPDATE "Thread"
       SET "metadata"   = COALESCE(${metadata ? toJsonb(metadata) : null}::jsonb, "metadata"),
           "ttlMinutes" = ${ttl},
           "expiresAt"  = ${expiresAt(ttl)},
           "updatedAt"  = CURRENT_TIMESTAMP
     WHERE "id" = ${id}::uuid
       AND ${ownedBySql(tenant)}
    RETURNING ${THREAD_COLUMNS}`;
  if (!row) throw new Error(`Thread ${id} is locked and cannot be changed.`);
  return toThread(row);
}

/**
 * Deletes threads with everything that hangs on them, by cascade; returns the ids of their runs with their threads'. What crons remember of
 * runs that are cut short is that they were cancelled. Two round trips, one more when a cron fired one of the runs.
 */
export async function deleteThreadRows(db: Db, tenant: Tenant, ids: readonly string[]): Promise<{ id: string; threadId: string }[]> {
  const runs = await db.run.findMany({
    where: { threadId: { in: [...ids] }, ...ownedBy(tenant) },
    select: { id: true, threadId: true, cronId: true },
  });
  const fired = runs.filter(({ cronId }) => cronId !== null).map(({ id }) => id);
  if (fired.length > 0)
    await db.cronFire.updateMany({ where: { runId: { in: fired }, runStatus: null }, data: { runStatus: 'CANCELLED' } });
  await db.thread.deleteMany({ where: { id: { in: [...ids] }, ...ownedBy(tenant) } });
  return runs.map(({ id, threadId }) => ({ id, threadId }));
}
