import type { Db } from '../database/database.js';

/** Deletes up to `limit` deliveries that were settled longer ago than that; returns how many. Two callers at once share the work. One statement. */
export function sweepDeliveries(db: Db, { keptSeconds, limit }: { keptSeconds: number; limit: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Delivery"
     WHERE "id" IN (
       SELECT "id"
         FROM "Delivery"
        WHERE "settledAt" < CURRENT_TIMESTAMP - make_interval(secs => ${keptSeconds}::float8)
        LIMIT ${limit}
          FOR UPDATE SKIP LOCKED)`;
}
