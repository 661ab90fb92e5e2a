import type { Assistant } from '../../domain/assistant.js';
import type { JsonObject } from '../../domain/json.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { Prisma } from '../../generated/prisma/client.js';
import { anyCase } from '../database/any-case.js';
import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import { type Keyset, readPage } from '../database/keyset.js';
import { readableBySql, type Tenant } from '../tenant.js';
import { findAssistants } from './assistants.js';

export interface AssistantQuery {
  readonly ids?: readonly string[] | null;
  readonly graphId?: string | null;
  /** Case-insensitive substring. */
  readonly name?: string | null;
  /** Containment. */
  readonly metadata?: JsonObject | null;
}

export type AssistantOrderField = 'ID' | 'GRAPH_ID' | 'NAME' | 'CREATED_AT' | 'UPDATED_AT';

const SORT_BY = {
  ID: { expression: '"id"', type: 'uuid' },
  GRAPH_ID: { expression: '"graphId"', type: 'text' },
  NAME: { expression: '"name"', type: 'text' },
  CREATED_AT: { expression: '"createdAt"', type: 'timestamptz' },
  UPDATED_AT: { expression: '"updatedAt"', type: 'timestamptz' },
} as const satisfies Record<AssistantOrderField, Keyset['sortBy']>;

/** Two round trips. */
export function listAssistantRows(
  db: Db,
  tenant: Tenant,
  {
    query,
    orderBy,
    page,
  }: { query: AssistantQuery; orderBy: { field: AssistantOrderField; direction: 'ASC' | 'DESC' }; page: PageRequest },
): Promise<Page<Assistant>> {
  const where = [readableBySql(tenant)];
  if (query.ids) where.push(Prisma.sql`"id" = ANY(${[...query.ids]}::uuid[])`);
  if (query.graphId != null) where.push(Prisma.sql`"graphId" = ${query.graphId}`);
  if (query.name) where.push(Prisma.sql`"name" ~ ${anyCase(query.name)}`);
  if (query.metadata) where.push(Prisma.sql`"metadata" @> ${toJsonb(query.metadata)}::jsonb`);
  return readPage(db, { table: 'Assistant', where, sortBy: SORT_BY[orderBy.field], direction: orderBy.direction }, page, (ids) =>
    findAssistants(db, tenant, ids),
  );
}
