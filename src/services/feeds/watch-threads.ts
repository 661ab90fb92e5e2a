import type { ThreadChange } from '../../domain/change.js';
import type { Thread } from '../../domain/thread.js';
import { findThreadVersions } from '../../store/threads/find-thread-versions.js';
import type { Caller } from '../caller.js';
import { decideThreadQuery, type ThreadFilter } from '../threads/read-threads.js';
import { type ChangeFeedOptions, openChangeFeed } from './change-feed.js';
import { type FoundObject, makeObjectChanges, type ObjectChanges } from './object-changes.js';

export interface WatchThreads extends ChangeFeedOptions, Pick<ObjectChanges<'thread', Thread, ThreadChange>, 'toldMax'> {
  readonly filter: ThreadFilter | null;
}

/**
 * Changes of the caller's threads, as {@link openChangeFeed} gives them: RESYNC, then each. One that stops matching the filter, or leaves
 * lists as the thread of an ended stateless run, is told as DELETED.
 * @throws BAD_USER_INPUT
 */
export async function watchThreads(
  caller: Caller,
  { filter, toldMax, ...options }: WatchThreads,
): Promise<AsyncIterableIterator<readonly ThreadChange[]>> {
  const query = decideThreadQuery(filter);
  const wanted = query.ids ? new Set(query.ids) : null;
  const source = makeObjectChanges<'thread', Thread, ThreadChange>({
    name: 'threads changed',
    noun: 'thread',
    beginsWithResync: true,
    concerns: ({ id }) => wanted?.has(id) ?? true,
    async find(ids) {
      const versions = await findThreadVersions(caller.database.prisma, caller, { ids, query });
      return new Map([...versions].map(([id, { thread, ...found }]) => [id, toFound(thread, found)]));
    },
    toItem: (kind, subject, thread) => ({ kind, threadId: subject?.id ?? null, thread }),
    toldMax,
  });
  return openChangeFeed(caller, source, options);
}

function toFound(thread: Thread, found: Pick<FoundObject<Thread>, 'version' | 'matches'>): FoundObject<Thread> {
  return { ...found, object: thread, createdAt: thread.createdAt, updatedAt: thread.updatedAt };
}
