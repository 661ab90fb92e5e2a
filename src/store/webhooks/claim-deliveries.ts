import type { JsonObject } from '../../domain/json.js';
import type { Db } from '../database/database.js';

/** A webhook call that this process is to make. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly runId: string;
  readonly url: string;
  readonly host: string;
  readonly body: JsonObject;
  /** Counts this call too. */
  readonly attempts: number;
}

export interface DeliveryClaim {
  readonly deliveries: readonly ClaimedDelivery[];
  /** Until the next one is due, of those that may be called; null: there is none. */
  readonly nextDueSeconds: number | null;
}

/**
 * Takes up to `limit` due deliveries, at most `perHost` of one host and none of `busyHosts`, so that a receiver which hangs holds up nobody
 * else's. Each is due again after `leaseSeconds`, should this process die in the midst of the call. Over all tenants, by the database's
 * clock; two callers at once get different ones. Two round trips.
 */
export async function claimDeliveries(
  db: Db,
  { limit, perHost, busyHosts, leaseSeconds }: { limit: number; perHost: number; busyHosts: readonly string[]; leaseSeconds: number },
): Promise<DeliveryClaim> {
  const rows = await db.$queryRaw<(Omit<ClaimedDelivery, 'body'> & { bodyText: string })[]>`
    WITH ranked AS (
      SELECT "id", row_number() OVER (PARTITION BY "host" ORDER BY "nextTryAt", "id") AS "place"
        FROM "Delivery"
       WHERE "nextTryAt" <= clock_timestamp()
         AND "host" <> ALL(${[...busyHosts]}::text[])
    ), due AS MATERIALIZED (
      SELECT d."id"
        FROM "Delivery" d
        JOIN ranked USING ("id")
       WHERE ranked."place" <= ${perHost}
         AND d."nextTryAt" <= clock_timestamp()
       ORDER BY d."nextTryAt"
       LIMIT ${limit}
         FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE "Delivery" d
       SET "attempts"  = d."attempts" + 1,
           "nextTryAt" = clock_timestamp() + make_interval(secs => ${leaseSeconds}::float8)
      FROM due
     WHERE d."id" = due."id"
    RETURNING d."id"::text, d."runId"::text, d."url", d."host", d."body"::text AS "bodyText", d."attempts"`;
  const [next] = await db.$queryRaw<[{ seconds: number | null }]>`
    SELECT extract(epoch FROM min("nextTryAt") - clock_timestamp())::float8 AS "seconds"
      FROM "Delivery"
     WHERE "nextTryAt" IS NOT NULL
       AND "host" <> ALL(${[...busyHosts]}::text[])`;
  return {
    deliveries: rows.map(({ bodyText, ...row }) => ({ ...row, body: JSON.parse(bodyText) as JsonObject })),
    nextDueSeconds: next.seconds,
  };
}
