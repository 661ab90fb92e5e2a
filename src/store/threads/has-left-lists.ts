import { Prisma } from '../../generated/prisma/client.js';

/** Of a row of "Thread": a stateless run was here, has ended, and no other one was put beside it. Such a thread is found by its id only. */
export function hasLeftLists(thread = Prisma.raw('"Thread"')): Prisma.Sql {
  return Prisma.sql`(${thread}."temporary" AND ${thread}."expiresAt" IS NOT NULL AND ${thread}."status" <> 'BUSY')`;
}
