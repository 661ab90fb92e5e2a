import type { Json, JsonObject } from '../../domain/json.js';
import type { RunConfig } from '../../domain/run-config.js';
import type { Db } from '../database/database.js';
import { fromJsonb } from '../database/json.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import type { LockedThread } from './threads.js';

/** A thread to which nothing is written until the transaction ends: no run, no event and no checkpoint either. */
export interface WholeThread extends LockedThread {
  readonly ttlMinutes: number | null;
}

/**
 * Locks the rows of threads against everything until the transaction ends; {@link lockThread} lets a running graph go on writing
 * checkpoints. Absent ones are absent. In the order of their ids, so that two callers at once never wait for each other in a circle. One
 * round trip.
 */
export async function lockThreadsWhole(db: Db, tenant: Tenant, ids: readonly string[]): Promise<WholeThread[]> {
  const rows = await db.$queryRaw<WholeThread[]>`
    SELECT "id"::text, "status"::text, "metadata", "config", "temporary", "ttlMinutes"
      FROM "Thread"
     WHERE "id" = ANY(${[...ids]}::uuid[])
       AND ${ownedBySql(tenant)}
     ORDER BY "id"
       FOR UPDATE`;
  return rows.map(({ metadata, config, ...rest }) => ({
    ...rest,
    metadata: fromJsonb(metadata) as JsonObject,
    config: fromJsonb(config as unknown as Json) as unknown as RunConfig,
  }));
}
