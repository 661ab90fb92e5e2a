import type { JsonObject } from '../../domain/json.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Thread, ThreadStatus } from '../../domain/thread.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import { type Keyset, readPage } from '../database/keyset.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { hasLeftLists } from './has-left-lists.js';
import { findThreads } from './threads.js';

export interface ThreadQuery {
  readonly ids?: readonly string[] | null;
  readonly status?: readonly ThreadStatus[] | null;
  /** Containment. */
  readonly metadata?: JsonObject | null;
  /** Containment in the metadata too, beside whatever `metadata` asks. */
  readonly marks?: JsonObject | null;
  /** Containment in the latest state's values; a thread without values does not match. */
  readonly values?: JsonObject | null;
}

export type ThreadOrderField = 'ID' | 'STATUS' | 'CREATED_AT' | 'UPDATED_AT' | 'STATE_UPDATED_AT';

const SORT_BY = {
  ID: { expression: '"id"', type: 'uuid' },
  STATUS: { expression: '"status"', type: '"ThreadStatus"' },
  CREATED_AT: { expression: '"createdAt"', type: 'timestamptz' },
  UPDATED_AT: { expression: '"updatedAt"', type: 'timestamptz' },
  STATE_UPDATED_AT: { expression: `COALESCE("stateUpdatedAt", '-infinity')`, type: 'timestamptz' },
} as const satisfies Record<ThreadOrderField, Keyset['sortBy']>;

/** Threads that a list may show: those of ended stateless runs are left out. Two round trips. */
export function listThreadRows(
  db: Db,
  tenant: Tenant,
  { query, orderBy, page }: { query: ThreadQuery; orderBy: { field: ThreadOrderField; direction: 'ASC' | 'DESC' }; page: PageRequest },
): Promise<Page<Thread>> {
  const where = [ownedBySql(tenant), ...threadClauses(query)];
  return readPage(db, { table: 'Thread', where, sortBy: SORT_BY[orderBy.field], direction: orderBy.direction }, page, (ids) =>
    findThreads(db, tenant, ids),
  );
}

/** What makes a row of "Thread" one that a list may show. */
export function threadClauses(query: ThreadQuery): Prisma.Sql[] {
  const where = [Prisma.sql`NOT ${hasLeftLists()}`];
  if (query.ids) where.push(Prisma.sql`"id" = ANY(${[...query.ids]}::uuid[])`);
  if (query.status) where.push(Prisma.sql`"status" = ANY(${[...query.status]}::text[]::"ThreadStatus"[])`);
  if (query.metadata) where.push(Prisma.sql`"metadata" @> ${toJsonb(query.metadata)}::jsonb`);
  if (query.marks && Object.keys(query.marks).length > 0) where.push(Prisma.sql`"metadata" @> ${toJsonb(query.marks)}::jsonb`);
  if (query.values) {
    where.push(Prisma.sql`"id" IN (SELECT "threadId" FROM "ThreadState" WHERE "values" @> ${toJsonb(query.values)}::jsonb)`);
  }
  return where;
}
