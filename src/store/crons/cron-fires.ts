import type { CronFire } from '../../domain/cron.js';
import type { CronFire as CronFireRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromText, toText } from '../database/text.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/**
 * Records firings of a cron that the caller's transaction holds, and its next fire time. The unique index refuses a second one for a fire
 * time, and with it the transaction. One statement.
 */
export async function recordCronFires(
  db: Db,
  tenant: Tenant,
  { cronId, fires, nextRunAt }: { cronId: string; fires: readonly Omit<CronFire, 'cronId'>[]; nextRunAt: Date | null },
): Promise<void> {
  await db.$executeRaw`
    WITH fire AS (
      INSERT INTO "CronFire" ("id", "cronId", "scheduledAt", "firedAt", "outcome", "missedCount", "runId", "errorName", "errorMessage")
      SELECT f."id", ${cronId}::uuid, f."scheduledAt", f."firedAt", f."outcome"::"CronFireOutcome", f."missedCount",
             NULLIF(f."runId", '')::uuid, NULLIF(f."errorName", ''), NULLIF(f."errorMessage", '')
        FROM unnest(
               ${fires.map(({ id }) => id)}::uuid[],
               ${fires.map(({ scheduledAt }) => scheduledAt)}::timestamptz[],
               ${fires.map(({ firedAt }) => firedAt)}::timestamptz[],
               ${fires.map(({ outcome }) => outcome)}::text[],
               ${fires.map(({ missedCount }) => missedCount)}::int[],
               ${fires.map(({ runId }) => runId ?? '')}::text[],
               ${fires.map(({ error }) => (error ? toText(error.name) : ''))}::text[],
               ${fires.map(({ error }) => (error ? toText(error.message) : ''))}::text[]
             ) AS f("id", "scheduledAt", "firedAt", "outcome", "missedCount", "runId", "errorName", "errorMessage")
    )
    UPDATE "Cron"
       SET "nextRunAt" = ${nextRunAt}
     WHERE "id" = ${cronId}::uuid
       AND ${ownedBySql(tenant)}`;
}

/** The latest fire time of a cron that was served; null: none was. One round trip. */
export async function findLastServedAt(db: Db, cronId: string): Promise<Date | null> {
  const { _max } = await db.cronFire.aggregate({ where: { cronId, outcome: { not: 'MANUAL' } }, _max: { scheduledAt: true } });
  return _max.scheduledAt;
}

/** Firings of a cron, newest first; `after`: only what follows that one. One round trip. */
export async function listCronFiresAfter(
  db: Db,
  { cronId, after, limit }: { cronId: string; after: { readonly scheduledAt: Date; readonly id: string } | null; limit: number },
): Promise<CronFire[]> {
  const rows = await db.cronFire.findMany({
    where: {
      cronId,
      ...(after && {
        OR: [{ scheduledAt: { lt: after.scheduledAt } }, { scheduledAt: after.scheduledAt, id: { lt: after.id } }],
      }),
    },
    orderBy: [{ scheduledAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map(toCronFire);
}

function toCronFire({ errorName, errorMessage, ...row }: CronFireRow): CronFire {
  return { ...row, error: errorName === null ? null : { name: fromText(errorName), message: fromText(errorMessage ?? '') } };
}
