import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/** The oldest PENDING or RUNNING run of an assistant; null when it has none. One round trip. */
export async function findActiveRunOfAssistant(db: Db, tenant: Tenant, assistantId: string): Promise<string | null> {
  const [row] = await db.$queryRaw<{ id: string }[]>`
    SELECT "id"::text
      FROM "Run"
     WHERE "assistantId" = ${assistantId}::uuid
       AND ${ownedBySql(tenant)}
       AND "status" IN ('PENDING', 'RUNNING')
     ORDER BY "sequence"
     LIMIT 1`;
  return row?.id ?? null;
}
