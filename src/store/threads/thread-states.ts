import type { Json } from '../../domain/json.js';
import type { ThreadSnapshot } from '../../domain/thread.js';
import type { Db } from '../database/database.js';
import { fromJsonb } from '../database/json.js';
import { fromText } from '../database/text.js';
import { ownedBy, type Tenant } from '../tenant.js';

/** The latest states of several threads. One round trip. */
export async function findThreadStates(db: Db, tenant: Tenant, threadIds: readonly string[]): Promise<Map<string, ThreadSnapshot>> {
  const rows = await db.threadState.findMany({ where: { threadId: { in: [...threadIds] }, thread: ownedBy(tenant) } });
  return new Map(
    rows.map((row) => [
      row.threadId,
      {
        threadId: row.threadId,
        checkpointId: row.checkpointId,
        values: fromJsonb(row.values as Json),
        next: row.next,
        error: row.errorName === null ? null : { name: fromText(row.errorName), message: fromText(row.errorMessage ?? '') },
      },
    ]),
  );
}
