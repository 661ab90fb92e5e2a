import type { JsonObject } from '../../domain/json.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Run, RunStatus } from '../../domain/run.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import { type Keyset, readPage } from '../database/keyset.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { findRuns } from './runs.js';

export interface RunQuery {
  readonly ids?: readonly string[] | null;
  readonly threadId?: string | null;
  readonly assistantId?: string | null;
  readonly cronId?: string | null;
  readonly status?: readonly RunStatus[] | null;
  /** Containment. */
  readonly metadata?: JsonObject | null;
  readonly createdAfter?: Date | null;
  readonly createdBefore?: Date | null;
}

export type RunOrderField = 'CREATED_AT' | 'UPDATED_AT';

const SORT_BY = {
  CREATED_AT: { expression: '"createdAt"', type: 'timestamptz' },
  UPDATED_AT: { expression: '"updatedAt"', type: 'timestamptz' },
} as const satisfies Record<RunOrderField, Keyset['sortBy']>;

/** Runs that a list may show: ended stateless ones are left out with their threads. Two round trips. */
export function listRunRows(
  db: Db,
  tenant: Tenant,
  { query, orderBy, page }: { query: RunQuery; orderBy: { field: RunOrderField; direction: 'ASC' | 'DESC' }; page: PageRequest },
): Promise<Page<Run>> {
  const where = [
    ownedBySql(tenant),
    Prisma.sql`"removedAt" IS NULL`,
    Prisma.sql`("status" IN ('PENDING', 'RUNNING') OR NOT EXISTS (
      SELECT 1
        FROM "Thread" t
       WHERE t."id" = "Run"."threadId"
         AND t."temporary"
         AND t."expiresAt" IS NOT NULL))`,
  ];
  if (query.ids) where.push(Prisma.sql`"id" = ANY(${[...query.ids]}::uuid[])`);
  if (query.threadId) where.push(Prisma.sql`"threadId" = ${query.threadId}::uuid`);
  if (query.assistantId) where.push(Prisma.sql`"assistantId" = ${query.assistantId}::uuid`);
  if (query.cronId) where.push(Prisma.sql`"cronId" = ${query.cronId}::uuid`);
  if (query.status) where.push(Prisma.sql`"status" = ANY(${[...query.status]}::text[]::"RunStatus"[])`);
  if (query.metadata) where.push(Prisma.sql`"metadata" @> ${toJsonb(query.metadata)}::jsonb`);
  if (query.createdAfter) where.push(Prisma.sql`"createdAt" > ${query.createdAfter}`);
  if (query.createdBefore) where.push(Prisma.sql`"createdAt" < ${query.createdBefore}`);
  return readPage(db, { table: 'Run', where, sortBy: SORT_BY[orderBy.field], direction: orderBy.direction }, page, (ids) =>
    findRuns(db, tenant, ids),
  );
}
