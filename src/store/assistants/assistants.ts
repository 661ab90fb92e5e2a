import type { Assistant, AssistantContent } from '../../domain/assistant.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { RunConfig } from '../../domain/run-config.js';
import { Prisma, type Assistant as AssistantRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromJsonb, toJsonb } from '../database/json.js';
import { ownedBy, readableBy, readableBySql, type Tenant } from '../tenant.js';

/** The columns that an assistant and each of its versions have. */
export type ContentRow = Pick<AssistantRow, 'graphId' | 'name' | 'description' | 'config' | 'context' | 'metadata'>;

export function toContent({ graphId, name, description, config, context, metadata }: ContentRow): AssistantContent {
  return {
    ...{ graphId, name, description },
    config: fromJsonb(config as Json) as unknown as RunConfig,
    context: fromJsonb(context as Json),
    metadata: fromJsonb(metadata as Json) as JsonObject,
  };
}

/** The columns as Prisma writes them. */
export function fromContent({ graphId, name, description, config, context, metadata }: AssistantContent) {
  return {
    ...{ graphId, name, description },
    config: escapeJson(config),
    context: context === null ? Prisma.DbNull : escapeJson(context),
    metadata: escapeJson(metadata),
  };
}

function escapeJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(toJsonb(value)) as Prisma.InputJsonValue;
}

function toAssistant(row: Omit<AssistantRow, 'tenantId'>): Assistant {
  const { id, version, createdAt, updatedAt } = row;
  return { ...{ id, version, createdAt, updatedAt }, ...toContent(row) };
}

/** Several assistants by id: the caller's and those that graphs got at start, which belong to no tenant. One round trip. */
export async function findAssistants(db: Db, tenant: Tenant, ids: readonly string[]): Promise<Map<string, Assistant>> {
  const rows = await db.assistant.findMany({ where: { id: { in: [...ids] }, ...readableBy(tenant) } });
  return new Map(rows.map((row) => [row.id, toAssistant(row)]));
}

/** An assistant held by the caller's transaction. `tenantId` null: it belongs to nobody. */
export interface LockedAssistant extends Assistant {
  readonly tenantId: string | null;
}

/**
 * Locks an assistant's row until the transaction ends: changes of it wait for each other, runs may be put on it meanwhile. `toDelete`: no
 * run either. Null when there is none that the tenant sees. One round trip.
 */
export async function lockAssistant(
  db: Db,
  tenant: Tenant,
  id: string,
  { toDelete = false }: { toDelete?: boolean } = {},
): Promise<LockedAssistant | null> {
  const [row] = await db.$queryRaw<AssistantRow[]>`
    SELECT "id"::text, "tenantId", "graphId", "name", "description", "config", "context", "metadata", "version", "createdAt", "updatedAt"
      FROM "Assistant"
     WHERE "id" = ${id}::uuid
       AND ${readableBySql(tenant)}
       ${toDelete ? Prisma.sql`FOR UPDATE` : Prisma.sql`FOR NO KEY UPDATE`}`;
  return row ? { ...toAssistant(row), tenantId: row.tenantId } : null;
}

/** Keeps an assistant from being deleted until the transaction ends; false when it is gone. Changes of it go on. One round trip. */
export async function holdAssistant(db: Db, id: string): Promise<boolean> {
  const rows = await db.$queryRaw<object[]>`SELECT 1 FROM "Assistant" WHERE "id" = ${id}::uuid FOR KEY SHARE`;
  return rows.length > 0;
}

/** Inserts an assistant with its version 1 unless the id is taken (by whomever): then null. Two round trips, in the caller's transaction. */
export async function insertAssistantIfAbsent(db: Db, tenant: Tenant, id: string, content: AssistantContent): Promise<Assistant | null> {
  const data = fromContent(content);
  const [row] = await db.assistant.createManyAndReturn({ data: { ...ownedBy(tenant), id, ...data }, skipDuplicates: true });
  if (!row) return null;
  await db.assistantVersion.create({ data: { assistantId: id, version: row.version, createdAt: row.createdAt, ...data } });
  return toAssistant(row);
}

/** Inserts the default assistants of graphs, version 1 included; rows that exist stay as they are. Two statements, in the caller's transaction. */
export async function insertDefaultAssistantsIfAbsent(
  db: Db,
  assistants: readonly ({ readonly id: string } & AssistantContent)[],
): Promise<void> {
  const rows = assistants.map(({ id, ...content }) => ({ id, ...fromContent(content) }));
  await db.assistant.createMany({ data: rows, skipDuplicates: true });
  await db.assistantVersion.createMany({
    data: rows.map(({ id, ...content }) => ({ ...content, assistantId: id, version: 1 })),
    skipDuplicates: true,
  });
}

/** Makes a version the live one: the assistant's content becomes the version's. The caller's transaction holds the assistant. */
export async function makeVersionLive(
  db: Db,
  id: string,
  { version, updatedAt, content }: { version: number; updatedAt: Date; content: AssistantContent },
): Promise<Assistant> {
  return toAssistant(await db.assistant.update({ where: { id }, data: { version, updatedAt, ...fromContent(content) } }));
}
