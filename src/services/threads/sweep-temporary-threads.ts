import { sweepThreads } from '../../store/threads/sweep-threads.js';
import type { Deps } from '../caller.js';
import { announce } from '../feeds/announce.js';

const THREADS_A_SWEEP = 100;

/** Deletes threads of ended stateless runs whose grace has passed, a bounded number at a time; true when there may be more. */
export async function sweepTemporaryThreads(deps: Deps): Promise<boolean> {
  const swept = await sweepThreads(deps.database.prisma, { temporary: true, limit: THREADS_A_SWEEP });
  for (const thread of swept) announce(deps, { ...thread, threadChanged: true });
  if (swept.length > 0) deps.telemetry.emit('threads.swept', { count: swept.length });
  return swept.length === THREADS_A_SWEEP;
}
