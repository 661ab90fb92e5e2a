import type { Interrupt } from '../../domain/interrupt.js';
import type { Json } from '../../domain/json.js';
import type { Interrupt as InterruptRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { ownedBy, type Tenant } from '../tenant.js';

function toInterrupt(row: InterruptRow): Interrupt {
  return {
    interruptId: row.interruptId,
    threadId: row.threadId,
    runId: row.runId,
    taskId: row.taskId,
    namespace: row.namespace,
    value: row.value as Json,
    createdAt: row.createdAt,
    resolvedAt: row.resolvedAt,
  };
}

/** The interrupts that wait in several threads, oldest first. One round trip. */
export async function findPendingInterruptsOfThreads(
  db: Db,
  tenant: Tenant,
  threadIds: readonly string[],
): Promise<Map<string, Interrupt[]>> {
  const rows = await db.interrupt.findMany({
    where: { ...ownedBy(tenant), threadId: { in: [...threadIds] }, resolvedAt: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const byThread = new Map<string, Interrupt[]>();
  for (const row of rows) byThread.set(row.threadId, [...(byThread.get(row.threadId) ?? []), toInterrupt(row)]);
  return byThread;
}

/** The interrupts that waited in a thread at `at` (the end of a run, say), oldest first. */
export async function findInterruptsWaitingAt(
  db: Db,
  tenant: Tenant,
  { threadId, at }: { threadId: string; at: Date },
): Promise<Interrupt[]> {
  const rows = await db.interrupt.findMany({
    where: { ...ownedBy(tenant), threadId, createdAt: { lte: at }, OR: [{ resolvedAt: null }, { resolvedAt: { gt: at } }] },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(toInterrupt);
}

/** The interrupts of a thread that bear one of LangGraph's ids, waiting or answered, newest first. */
export async function findInterruptsByIds(
  db: Db,
  tenant: Tenant,
  { threadId, interruptIds }: { threadId: string; interruptIds: readonly string[] },
): Promise<Interrupt[]> {
  const rows = await db.interrupt.findMany({
    where: { ...ownedBy(tenant), threadId, interruptId: { in: [...interruptIds] } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return rows.map(toInterrupt);
}

/** Interrupts by the ids of their rows (LangGraph's own ids are not unique). */
export async function findInterruptRows(db: Db, tenant: Tenant, ids: readonly string[]): Promise<Map<string, Interrupt & { id: string }>> {
  const rows = await db.interrupt.findMany({ where: { ...ownedBy(tenant), id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, { id: row.id, ...toInterrupt(row) }]));
}
