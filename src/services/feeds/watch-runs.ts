import type { RunChange } from '../../domain/change.js';
import type { Run } from '../../domain/run.js';
import { requireUuid } from '../../domain/uuid.js';
import { resolveAssistantId } from '../assistants/read-assistants.js';
import type { Caller } from '../caller.js';
import { findRunsByIds } from '../runs/read-runs.js';
import { type ChangeFeedOptions, openChangeFeed } from './change-feed.js';
import { followRunStatus } from './follow-run-status.js';
import { type FoundObject, makeObjectChanges } from './object-changes.js';

export interface WatchRuns extends ChangeFeedOptions {
  readonly runId: string | null;
  readonly threadId: string | null;
  /** A UUID, or a graph id for that graph's default assistant. */
  readonly assistantId: string | null;
}

/**
 * Changes of runs' status. Of one run: every one, as {@link followRunStatus} gives them; thread and assistant must be the run's. Otherwise
 * RESYNC, then those of the caller's runs of that thread and assistant, as {@link openChangeFeed} gives them.
 * @throws RUN_NOT_FOUND, BAD_USER_INPUT
 */
export async function watchRuns(
  caller: Caller,
  { runId, threadId: givenThreadId, assistantId: givenAssistantId, ...options }: WatchRuns,
): Promise<AsyncIterableIterator<readonly RunChange[]>> {
  const threadId = givenThreadId === null ? null : requireUuid(givenThreadId, ['threadId']);
  const assistantId = givenAssistantId === null ? null : resolveAssistantId(givenAssistantId);
  const isMeant = (run: Run): boolean =>
    (threadId === null || run.threadId === threadId) && (assistantId === null || run.assistantId === assistantId);
  if (runId !== null) return followRunStatus(caller, runId, { isMeant, abort: options.abort });

  const source = makeObjectChanges<'run', Run, RunChange>({
    name: 'runs changed',
    noun: 'run',
    beginsWithResync: true,
    concerns: (run) => threadId === null || run.threadId === threadId,
    async find(ids) {
      const runs = await findRunsByIds(caller, ids);
      // A run never moves to another thread or assistant.
      return new Map([...runs].map(([id, run]) => [id, isMeant(run) ? toFound(run) : 'other']));
    },
    toItem: (kind, subject, run) => ({ kind, runId: subject?.id ?? null, run }),
  });
  return openChangeFeed(caller, source, options);
}

function toFound(run: Run): FoundObject<Run> {
  return { object: run, version: run.status, matches: true, createdAt: run.createdAt, updatedAt: run.updatedAt };
}
