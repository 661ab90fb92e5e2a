import { StorageFailure } from '../../domain/errors.js';
import type { LogEvent } from '../../domain/event.js';
import type { Thread } from '../../domain/thread.js';
import { runStatusOf, statePlaceOf, type ThreadEvent, threadStatusOf } from '../../domain/thread-event.js';
import type { StatePlace, ThreadState } from '../../domain/thread-state.js';
import { findCheckpoints } from '../../store/checkpoints/find-checkpoints.js';
import type { Caller } from '../caller.js';
import { findRunsByIds } from '../runs/read-runs.js';
import { findThreadState, graphThreadOf } from '../state/read-thread-state.js';
import { findThreadsByIds } from '../threads/read-threads.js';

/**
 * Rows of one thread's log with what they are about; those about something that is gone are left out. At most three round trips, and
 * those of `Thread.state` for each state when `states` are wanted.
 */
export async function toThreadEvents(
  caller: Caller,
  threadId: string,
  events: readonly LogEvent[],
  { states }: { states: boolean },
): Promise<ThreadEvent[]> {
  const ofKind = (...kinds: LogEvent['kind'][]): LogEvent[] => events.filter(({ kind }) => kinds.includes(kind));
  const runIds = new Set(ofKind('RUN_STATUS').flatMap(({ runId }) => runId ?? []));
  const runs = runIds.size === 0 ? null : await findRunsByIds(caller, [...runIds]);
  const places = ofKind('THREAD_STATE').map(statePlaceOf);
  const isThere = places.length === 0 ? null : await findCheckpoints(caller.database.prisma, threadId, places);
  const thread = ofKind('THREAD_STATUS', 'THREAD_STATE').length === 0 ? null : (await findThreadsByIds(caller, [threadId])).get(threadId);

  async function toItem(event: LogEvent): Promise<ThreadEvent | null> {
    switch (event.kind) {
      case 'RUN_STATUS': {
        const run = runs?.get(event.runId ?? '');
        return run ? { kind: 'RUN_STATUS', event, run: { ...run, status: runStatusOf(event) } } : null;
      }
      case 'THREAD_STATUS':
        return thread ? { kind: 'THREAD_STATUS', event, thread: { ...thread, status: threadStatusOf(event) } } : null;
      case 'THREAD_STATE': {
        const place = statePlaceOf(event);
        if (!thread || !isThere?.(place)) return null;
        const state = states ? await readStateIfPossible(caller, thread, place) : null;
        return states && !state ? null : { kind: 'THREAD_STATE', event, state };
      }
      default:
        return { kind: 'RUN_EVENT', event };
    }
  }

  const items: ThreadEvent[] = [];
  for (const event of events) {
    const item = await toItem(event);
    if (item) items.push(item);
  }
  return items;
}

/** The state at a checkpoint; null when the thread's graph cannot read it (any more). @throws StorageFailure */
async function readStateIfPossible(caller: Caller, thread: Thread, checkpoint: StatePlace): Promise<ThreadState | null> {
  try {
    return await findThreadState(caller, thread, { checkpoint, subgraphs: false });
  } catch (error) {
    if (error instanceof StorageFailure) throw error;
    caller.telemetry.emit('graph.stateUnreadable', { graphId: graphThreadOf(caller, thread)?.graphId ?? '', threadId: thread.id, error });
    return null;
  }
}
