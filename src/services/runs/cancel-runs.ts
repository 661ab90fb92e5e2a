import type { CancelAction } from '../../domain/cancel-action.js';
import { badUserInput } from '../../domain/errors.js';
import { ACTIVE_RUN_STATUSES, type Run, type RunStatus } from '../../domain/run.js';
import { requireUuid } from '../../domain/uuid.js';
import { findActiveRunIds } from '../../store/runs/find-active-runs.js';
import { findRuns } from '../../store/runs/runs.js';
import type { Caller } from '../caller.js';
import { requestStop } from './request-stop.js';

/** All given parts must hold. */
export interface CancelRunsFilter {
  readonly threadId?: string | null;
  readonly runIds?: readonly string[] | null;
  /** PENDING, RUNNING or both, which is what omitting it means. */
  readonly status?: readonly RunStatus[] | null;
}

/** Runs that one call stops; with more, the oldest are stopped, and another call stops the next. */
const RUNS_MAX = 1_000;

/**
 * Stops the active runs that match, as cancelRun does, and returns them, oldest first, at most 1,000. Ids of runs that have ended or never
 * were are passed over.
 * @throws BAD_USER_INPUT when the filter names nothing
 */
export async function cancelRuns(caller: Caller, filter: CancelRunsFilter, action: CancelAction): Promise<Run[]> {
  const query = decideQuery(filter);
  const { prisma } = caller.database;
  const found = await findRuns(prisma, caller, await findActiveRunIds(prisma, caller, query, RUNS_MAX));
  const stopped = await requestStop(caller, [...found.values()], action);
  const runs = await findRuns(prisma, caller, stopped, { removed: true });
  return [...runs.values()].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
}

function decideQuery({ threadId, runIds, status }: CancelRunsFilter) {
  if (threadId == null && runIds == null && status == null) {
    throw badUserInput('The filter must name a thread, runs or a status.', [{ path: ['filter'], message: 'is empty' }]);
  }
  return {
    threadId: threadId == null ? null : requireUuid(threadId, ['filter', 'threadId']),
    runIds: runIds?.map((id, index) => requireUuid(id, ['filter', 'runIds', index])) ?? null,
    status: status?.map(requireActive) ?? ACTIVE_RUN_STATUSES,
  };
}

function requireActive(status: RunStatus, index: number): (typeof ACTIVE_RUN_STATUSES)[number] {
  const active = ACTIVE_RUN_STATUSES.find((one) => one === status);
  if (active) return active;
  const message = 'must be PENDING or RUNNING: other runs have ended';
  throw badUserInput(`\`filter.status\` ${message}.`, [{ path: ['filter', 'status', index], message }]);
}
