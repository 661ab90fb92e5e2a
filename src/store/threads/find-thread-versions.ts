import type { Thread } from '../../domain/thread.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { ownedBySql, type Tenant } from '../tenant.js';
import { threadClauses, type ThreadQuery } from './list-threads.js';
import { THREAD_COLUMNS, type ThreadRow, toThread } from './threads.js';

/** A thread as it is; `version` equals that of another look exactly while its row and its latest state are the same. */
export interface ThreadVersion {
  readonly thread: Thread;
  readonly version: string;
  /** Whether a list with that query would show it. */
  readonly matches: boolean;
}

/** Several threads, and whether they match a query. Those that are gone are absent. One round trip. */
export async function findThreadVersions(
  db: Db,
  tenant: Tenant,
  { ids, query }: { ids: readonly string[]; query: ThreadQuery },
): Promise<Map<string, ThreadVersion>> {
  const among = Prisma.sql`"id" = ANY(${[...ids]}::uuid[]) AND ${ownedBySql(tenant)}`;
  // `updatedAt` alone would not do: two changes may bear the same millisecond.
  const rows = await db.$queryRaw<(ThreadRow & Omit<ThreadVersion, 'thread'>)[]>`
    SELECT ${THREAD_COLUMNS},
           matching."id" IS NOT NULL AS "matches",
           md5(concat_ws('|', "status", "updatedAt", "metadata", "config", "expiresAt",
                         (SELECT s."checkpointId" FROM "ThreadState" s WHERE s."threadId" = "Thread"."id"))) AS "version"
      FROM "Thread"
      LEFT JOIN (SELECT "id" FROM "Thread" WHERE ${among} AND ${Prisma.join(threadClauses(query), ' AND ')}) matching USING ("id")
     WHERE ${among}`;
  return new Map(rows.map(({ matches, version, ...row }) => [row.id, { thread: toThread(row), version, matches }]));
}
