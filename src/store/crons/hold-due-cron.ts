import type { Cron } from '../../domain/cron.js';
import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/**
 * Holds a due cron until the transaction ends, so that the caller serves it. False when it is no longer as it was read, or when somebody else
 * holds it, who serves it then. Its assistant is held too, from before: lock order Thread, Assistant, Cron. One round trip.
 */
export async function holdDueCron(
  db: Db,
  tenant: Tenant,
  cron: Pick<Cron, 'id' | 'assistantId' | 'nextRunAt' | 'updatedAt'>,
): Promise<boolean> {
  const rows = await db.$queryRaw<object[]>`
    WITH assistant AS MATERIALIZED (
      SELECT "id"
        FROM "Assistant"
       WHERE "id" = ${cron.assistantId}::uuid
         FOR KEY SHARE
    )
    SELECT c."id"
      FROM assistant
      JOIN "Cron" c ON c."assistantId" = assistant."id"
     WHERE c."id"        = ${cron.id}::uuid
       AND ${ownedBySql(tenant, 'c')}
       AND c."enabled"
       AND c."nextRunAt" = ${cron.nextRunAt}
       AND c."updatedAt" = ${cron.updatedAt}
       FOR NO KEY UPDATE OF c SKIP LOCKED`;
  return rows.length > 0;
}
