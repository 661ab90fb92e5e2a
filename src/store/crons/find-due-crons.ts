import type { Cron } from '../../domain/cron.js';
import type { Db } from '../database/database.js';
import type { Tenant } from '../tenant.js';
import { toCron } from './crons.js';

export interface DueCrons {
  /** With their tenants. */
  readonly due: readonly (Cron & Tenant)[];
  /** When the next one is; null: none ever is. */
  readonly nextAt: Date | null;
}

/**
 * Up to `limit` crons whose next fire time has come by `now`, longest overdue first, over all tenants. Nothing is locked: whoever serves one
 * looks again under its lock. Two round trips.
 */
export async function findDueCrons(db: Db, { now, limit }: { now: Date; limit: number }): Promise<DueCrons> {
  const rows = await db.cron.findMany({
    where: { enabled: true, nextRunAt: { lte: now } },
    orderBy: { nextRunAt: 'asc' },
    take: limit,
  });
  const next = await db.cron.findFirst({
    where: { enabled: true, nextRunAt: { gt: now } },
    orderBy: { nextRunAt: 'asc' },
    select: { nextRunAt: true },
  });
  return { due: rows.map((row) => ({ ...toCron(row), tenantId: row.tenantId })), nextAt: next?.nextRunAt ?? null };
}
