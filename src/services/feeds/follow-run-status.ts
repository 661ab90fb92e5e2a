import type { RunChange } from '../../domain/change.js';
import { notFound } from '../../domain/errors.js';
import type { LogEvent } from '../../domain/event.js';
import { isFinal, type Run } from '../../domain/run.js';
import { runStatusOf } from '../../domain/thread-event.js';
import { requireUuid } from '../../domain/uuid.js';
import { findLastStatusOfRun, listEventsAfter } from '../../store/events/read-events.js';
import type { Caller } from '../caller.js';
import { followLog } from '../log/follow-log.js';
import { findRunsByIds, getRun } from '../runs/read-runs.js';

/** Changes that are taken from the log at once. */
const TAKE_AT_ONCE = 16;

/**
 * A run's status, then each change of it in order, as {@link followLog} gives them; done after a final one, and after DELETED when the run
 * goes before.
 * @throws RUN_NOT_FOUND, also when the run is not one that `isMeant`; BAD_USER_INPUT; before the first batch
 */
export async function followRunStatus(
  caller: Caller,
  id: string,
  { isMeant, abort }: { isMeant: (run: Run) => boolean; abort: AbortSignal },
): Promise<AsyncIterableIterator<readonly RunChange[]>> {
  const { prisma } = caller.database;
  const runId = requireUuid(id, ['runId']);
  // The log before the run: what the log tells later, the run's row may already hold, and not the other way round.
  const last = await findLastStatusOfRun(prisma, runId);
  const run = await getRun(caller, runId, { path: ['runId'] });
  if (!isMeant(run)) throw notFound('Run', runId);

  const deleted: RunChange = { kind: 'DELETED', runId, run: null };
  const updated = (current: Run, event: LogEvent | null): RunChange => ({
    kind: 'UPDATED',
    runId,
    run: event ? { ...current, status: runStatusOf(event) } : current,
  });
  return followLog<RunChange>(caller, {
    threadId: run.threadId,
    seq: last?.seq ?? 0,
    name: 'follow run status',
    first: [updated(run, last)],
    passes: (event) => event.kind === 'RUN_STATUS' && event.runId === runId,
    listAfter: (seq, limit) => listEventsAfter(prisma, { log: { runId }, seq, limit, kinds: ['RUN_STATUS'], rootOnly: false }),
    async toItems(events) {
      const current = (await findRunsByIds(caller, [runId])).get(runId);
      return current ? events.map((event) => updated(current, event)) : [deleted];
    },
    isLast: (change) => change.run === null || isFinal(change.run.status),
    whenDeleted: [deleted],
    maxSize: TAKE_AT_ONCE,
    abort,
  });
}
