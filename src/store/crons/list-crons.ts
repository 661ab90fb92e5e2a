import type { Cron } from '../../domain/cron.js';
import type { JsonObject } from '../../domain/json.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import { type Keyset, readPage } from '../database/keyset.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { findCrons } from './crons.js';

export interface CronQuery {
  readonly assistantId?: string | null;
  readonly threadId?: string | null;
  readonly enabled?: boolean | null;
  /** Containment. */
  readonly metadata?: JsonObject | null;
}

export type CronOrderField = 'ID' | 'CREATED_AT' | 'UPDATED_AT' | 'NEXT_RUN_AT';

const SORT_BY = {
  ID: { expression: '"id"', type: 'uuid' },
  CREATED_AT: { expression: '"createdAt"', type: 'timestamptz' },
  UPDATED_AT: { expression: '"updatedAt"', type: 'timestamptz' },
  NEXT_RUN_AT: { expression: `COALESCE("nextRunAt", 'infinity')`, type: 'timestamptz' },
} as const satisfies Record<CronOrderField, Keyset['sortBy']>;

/** Two round trips. */
export function listCronRows(
  db: Db,
  tenant: Tenant,
  { query, orderBy, page }: { query: CronQuery; orderBy: { field: CronOrderField; direction: 'ASC' | 'DESC' }; page: PageRequest },
): Promise<Page<Cron>> {
  const where = [ownedBySql(tenant)];
  if (query.assistantId) where.push(Prisma.sql`"assistantId" = ${query.assistantId}::uuid`);
  if (query.threadId) where.push(Prisma.sql`"threadId" = ${query.threadId}::uuid`);
  if (query.enabled != null) where.push(Prisma.sql`"enabled" = ${query.enabled}`);
  if (query.metadata) where.push(Prisma.sql`"metadata" @> ${toJsonb(query.metadata)}::jsonb`);
  return readPage(db, { table: 'Cron', where, sortBy: SORT_BY[orderBy.field], direction: orderBy.direction }, page, (ids) =>
    findCrons(db, tenant, ids),
  );
}
