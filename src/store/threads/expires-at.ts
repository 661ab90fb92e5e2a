import { Prisma } from '../../generated/prisma/client.js';

/**
 * When a thread expires, counted from now by the database's clock: what each statement writes that tells of something happening on it.
 * Without a time to live (the row's, or a new one) it never does; a temporary thread has an end of its own, which stays.
 */
export function expiresAt(ttlMinutes = Prisma.sql`"ttlMinutes"`): Prisma.Sql {
  return Prisma.sql`CASE WHEN "temporary" THEN "expiresAt" ELSE CURRENT_TIMESTAMP + make_interval(secs => 60 * ${ttlMinutes}) END`;
}
