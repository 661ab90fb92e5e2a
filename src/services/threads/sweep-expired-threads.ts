import type { TtlStrategy } from '../../domain/thread-ttl.js';
import { keepNewestCheckpoints } from '../../store/checkpoints/keep-newest-checkpoints.js';
import { transact } from '../../store/database/database.js';
import { claimExpiredThreads } from '../../store/threads/claim-expired-threads.js';
import { sweepThreads } from '../../store/threads/sweep-threads.js';
import type { Deps } from '../caller.js';
import { announce, type Committed } from '../feeds/announce.js';

/** Pruning one takes some ten times as long as deleting it. */
const THREADS_A_SWEEP = { delete: 100, keep_latest: 20 } as const satisfies Record<TtlStrategy, number>;

/**
 * Does to threads that have rested longer than their time to live what `strategy` says, a bounded number at a time, each time in one
 * transaction; true when there may be more. None with an active run. Several processes at once share the work.
 */
export async function sweepExpiredThreads(deps: Deps, { strategy }: { strategy: TtlStrategy }): Promise<boolean> {
  const limit = THREADS_A_SWEEP[strategy];
  const swept = strategy === 'delete' ? await sweepThreads(deps.database.prisma, { temporary: false, limit }) : await prune(deps, limit);
  for (const thread of swept) announce(deps, { runIds: [], ...thread, threadChanged: true });
  if (swept.length > 0) deps.telemetry.emit('threads.expired', { count: swept.length, strategy });
  return swept.length === limit;
}

function prune({ database }: Deps, limit: number): Promise<readonly Pick<Committed, 'tenantId' | 'threadId'>[]> {
  return transact(database, async (db) => {
    const claimed = await claimExpiredThreads(db, { limit });
    if (claimed.length > 0)
      await keepNewestCheckpoints(
        db,
        claimed.map(({ threadId }) => threadId),
      );
    return claimed;
  });
}
