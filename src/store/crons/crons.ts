import type { Cron, CronPayload } from '../../domain/cron.js';
import type { JsonObject } from '../../domain/json.js';
import type { Prisma, Cron as CronRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromJsonb, toJson, toJsonb } from '../database/json.js';
import { ownedBy, ownedBySql, type Tenant } from '../tenant.js';

export function toCron(row: CronRow): Cron {
  const { id, assistantId, threadId, schedule, timezone, enabled, onRunCompleted, endAt, nextRunAt, createdAt, updatedAt } = row;
  return {
    ...{ id, assistantId, threadId, schedule, timezone, enabled, onRunCompleted, endAt, nextRunAt, createdAt, updatedAt },
    payload: row.payload as unknown as CronPayload,
    metadata: fromJsonb(row.metadata as JsonObject) as JsonObject,
  };
}

/** Several crons by id. One round trip. */
export async function findCrons(db: Db, tenant: Tenant, ids: readonly string[]): Promise<Map<string, Cron>> {
  const rows = await db.cron.findMany({ where: { ...ownedBy(tenant), id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, toCron(row)]));
}

export type CronColumns = Omit<Cron, 'id' | 'createdAt' | 'updatedAt'>;

export async function insertCron(db: Db, tenant: Tenant, cron: CronColumns & { readonly id: string }): Promise<Cron> {
  return toCron(await db.cron.create({ data: { ...ownedBy(tenant), ...cron, ...jsonColumns(cron) } }));
}

/** Writes every column. The caller's transaction holds the row ({@link lockCron}). */
export async function updateCronRow(db: Db, tenant: Tenant, id: string, cron: CronColumns & { readonly updatedAt: Date }): Promise<Cron> {
  return toCron(await db.cron.update({ where: { id, ...ownedBy(tenant) }, data: { ...cron, ...jsonColumns(cron) } }));
}

/** False when there is none. */
export async function deleteCronRow(db: Db, tenant: Tenant, id: string): Promise<boolean> {
  return (await db.cron.deleteMany({ where: { id, ...ownedBy(tenant) } })).count > 0;
}

/** Deletes an assistant's crons with the records of their firings. One round trip. */
export async function deleteCronsOfAssistant(db: Db, tenant: Tenant, assistantId: string): Promise<void> {
  await db.cron.deleteMany({ where: { assistantId, ...ownedBy(tenant) } });
}

/** A cron, held until the transaction ends; null when there is none. Lock order: Thread, Assistant, Cron. Two round trips. */
export async function lockCron(db: Db, tenant: Tenant, id: string): Promise<Cron | null> {
  const [row] = await db.$queryRaw<{ id: string }[]>`
    SELECT "id"::text
      FROM "Cron"
     WHERE "id" = ${id}::uuid
       AND ${ownedBySql(tenant)}
       FOR NO KEY UPDATE`;
  return row ? ((await findCrons(db, tenant, [row.id])).get(row.id) ?? null) : null;
}

function jsonColumns({ payload, metadata }: Pick<Cron, 'payload' | 'metadata'>) {
  return {
    payload: JSON.parse(toJson(payload)) as Prisma.InputJsonObject,
    metadata: JSON.parse(toJsonb(metadata)) as Prisma.InputJsonObject,
  };
}
