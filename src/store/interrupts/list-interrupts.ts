import type { Interrupt } from '../../domain/interrupt.js';
import type { JsonObject } from '../../domain/json.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import { readPage } from '../database/keyset.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { hasLeftLists } from '../threads/has-left-lists.js';
import { findInterruptRows } from './interrupts.js';

export interface InterruptQuery {
  readonly threadId: string | null;
  /** Containment in the thread's metadata, each of them. */
  readonly threadMetadata: readonly JsonObject[];
  /** false: the answered ones. */
  readonly pending: boolean;
}

/** Interrupts of threads that a list may show, oldest first. Two round trips. */
export function listInterruptRows(
  db: Db,
  tenant: Tenant,
  { query, page }: { query: InterruptQuery; page: PageRequest },
): Promise<Page<Interrupt>> {
  const ofThread = [Prisma.sql`t."id" = "Interrupt"."threadId"`, ...listedThreadClauses(query)];
  const where = [
    ownedBySql(tenant),
    query.pending ? Prisma.sql`"resolvedAt" IS NULL` : Prisma.sql`"resolvedAt" IS NOT NULL`,
    ...(query.threadId === null ? [] : [Prisma.sql`"threadId" = ${query.threadId}::uuid`]),
    Prisma.sql`EXISTS (SELECT 1 FROM "Thread" t WHERE ${Prisma.join(ofThread, ' AND ')})`,
  ];
  const sortBy = { expression: '"createdAt"', type: 'timestamptz' as const };
  return readPage(db, { table: 'Interrupt', where, sortBy, direction: 'ASC' }, page, (ids) => findInterruptRows(db, tenant, ids));
}

/** What makes a thread `t` one whose interrupts are listed. */
export function listedThreadClauses({ threadMetadata }: Pick<InterruptQuery, 'threadMetadata'>): Prisma.Sql[] {
  return [
    Prisma.sql`NOT ${hasLeftLists(Prisma.raw('t'))}`,
    ...threadMetadata.map((metadata) => Prisma.sql`t."metadata" @> ${toJsonb(metadata)}::jsonb`),
  ];
}
