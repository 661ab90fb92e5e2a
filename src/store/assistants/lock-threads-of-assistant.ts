import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import { ownedBySql, type Tenant } from '../tenant.js';

/**
 * Locks the threads whose metadata carries an assistant's id (its run was the last that was put on them), so that they can be deleted: two
 * callers at once wait for each other in the same order. One statement, in the caller's transaction.
 */
export async function lockThreadsOfAssistant(db: Db, tenant: Tenant, assistantId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id"::text
      FROM "Thread"
     WHERE ${ownedBySql(tenant)}
       AND "metadata" @> ${toJsonb({ assistant_id: assistantId })}::jsonb
     ORDER BY "id"
       FOR UPDATE`;
  return rows.map(({ id }) => id);
}
