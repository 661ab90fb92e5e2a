import type { CronFire } from '../../domain/cron.js';
import type { CronFire as CronFireRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromText, toText } from '../database/text.js';

/** Records firings. The unique index refuses a second one for a fire time, and with it the transaction. One round trip. */
export async function insertCronFires(db: Db, fires: readonly CronFire[]): Promise<void> {
  const data = fires.map(({ error, ...fire }) => ({
    ...fire,
    errorName: error && toText(error.name),
    errorMessage: error && toText(error.message),
  }));
  await db.cronFire.createMany({ data });
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
