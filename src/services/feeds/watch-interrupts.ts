import type { Interrupt } from '../../domain/interrupt.js';
import { listInterruptChanges } from '../../store/interrupts/list-interrupt-changes.js';
import type { Caller } from '../caller.js';
import { decideInterruptQuery, type InterruptFilter } from '../state/read-interrupts.js';
import { type ChangeFeedOptions, type ChangeSource, openChangeFeed } from './change-feed.js';

/** Interrupts whose state was told and is remembered; the oldest are forgotten first, and may then be told again. */
const TOLD_MAX = 10_000;
/** Of one look. */
const INTERRUPTS_MAX = 10_000;

/**
 * Interrupts of the caller's threads that appear or come to wait again (`resolvedAt` null), or are resolved, from now on: in their latest
 * state, at least once, as {@link openChangeFeed} gives them. The filter's `pending` is ignored.
 * @throws BAD_USER_INPUT
 */
export async function watchInterrupts(
  caller: Caller,
  { filter, ...options }: ChangeFeedOptions & { readonly filter: InterruptFilter | null },
): Promise<AsyncIterableIterator<readonly Interrupt[]>> {
  return openChangeFeed(caller, makeInterruptChanges(caller, filter), options);
}

/** An interrupt changes only in a transaction that changes its thread too. */
function makeInterruptChanges(caller: Caller, filter: InterruptFilter | null): ChangeSource<Interrupt, 'thread'> {
  const query = decideInterruptQuery(filter);
  const isResolvedOf = new Map<string, boolean>();

  /** Those whose state was not told. */
  async function findNews(threadIds: readonly string[] | null, since: Date): Promise<Interrupt[]> {
    const rows = await listInterruptChanges(caller.database.prisma, caller, { ...query, threadIds, since, limit: INTERRUPTS_MAX });
    return rows.filter(({ id, resolvedAt }) => {
      const isResolved = resolvedAt !== null;
      if (isResolvedOf.get(id) === isResolved) return false;
      isResolvedOf.delete(id);
      isResolvedOf.set(id, isResolved);
      const [oldest] = isResolvedOf.keys();
      if (isResolvedOf.size > TOLD_MAX && oldest !== undefined) isResolvedOf.delete(oldest);
      return true;
    });
  }

  return {
    name: 'interrupts changed',
    noun: 'thread',
    resync: null,
    beginsWithResync: false,
    concerns: ({ threadId }) => query.threadId === null || query.threadId === threadId,
    async begin({ since }) {
      isResolvedOf.clear();
      // What there is now counts as told.
      await findNews(query.threadId === null ? null : [query.threadId], since);
    },
    read: (threads, since) =>
      findNews(
        threads.map(({ id }) => id),
        since,
      ),
    knows: () => false,
    isFull: () => false,
  };
}
