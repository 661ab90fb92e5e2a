import { AppError, badUserInput, notFound } from '../../domain/errors.js';
import type { Json } from '../../domain/json.js';
import type { Thread } from '../../domain/thread.js';
import { threadBusy } from '../../domain/thread-busy.js';
import { type CheckpointChoice, decideStatePlace, type ThreadState } from '../../domain/thread-state.js';
import { requireUuid } from '../../domain/uuid.js';
import type { PreparedStateUpdate, StateUpdate } from '../../ports/graphs.js';
import { hasCheckpoint } from '../../store/checkpoints/has-checkpoint.js';
import { type Db, transact } from '../../store/database/database.js';
import { findActiveRunsOfThreads } from '../../store/runs/runs.js';
import { findThreads, lockThread, type VersionedThread } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { graphThreadOf } from './read-thread-state.js';
import { settleThread } from './settle-thread.js';

export interface UpdateThreadState {
  readonly values?: Json;
  readonly asNode?: string | null;
  /** What the update is laid upon; an old checkpoint forks. Not together with `checkpointId`. */
  readonly checkpoint?: CheckpointChoice | null;
  readonly checkpointId?: string | null;
  readonly expectedCheckpointId?: string | null;
}

export interface UpdatedThreadState {
  readonly thread: Thread;
  /** At the new checkpoint. */
  readonly state: ThreadState;
}

/**
 * Writes a new checkpoint, and makes the thread's status, cached values and interrupts describe it, in one transaction. The graph's own
 * functions (reducers, edges) run before that transaction, so they hold nothing up; if anything happened on the thread meanwhile, they
 * run again. Two updates at once: both count, the later one laid upon the earlier.
 * @throws THREAD_NOT_FOUND, THREAD_BUSY, CHECKPOINT_NOT_FOUND, CHECKPOINT_CONFLICT, INVALID_STATE_UPDATE with the graph's own message,
 * GRAPH_NOT_FOUND, BAD_USER_INPUT; then nothing has changed
 */
export async function updateThreadState(caller: Caller, id: string, input: UpdateThreadState): Promise<UpdatedThreadState> {
  const threadId = requireUuid(id, ['threadId']);
  const update = decideUpdate(input);
  for (;;) {
    const seen = await transact(caller.database, (db) => lockFreeThread(db, caller, threadId));
    const prepared = await prepare(caller, seen, update);
    const updated = await transact(caller.database, (db) => writeUpdate(db, caller, { seen, update, prepared }));
    if (!updated) continue;
    caller.telemetry.emit('thread.stateUpdated', { threadId, checkpointId: updated.state.checkpoint.checkpointId });
    announce(caller, { tenantId: caller.tenantId, threadId, threadChanged: true, runIds: [] });
    return updated;
  }
}

function decideUpdate({ values, asNode, checkpoint, checkpointId, expectedCheckpointId }: UpdateThreadState): StateUpdate {
  if (checkpoint != null && checkpointId != null) {
    const message = 'cannot be combined with `checkpoint`';
    throw badUserInput(`\`input.checkpointId\` ${message}.`, [{ path: ['input', 'checkpointId'], message }]);
  }
  const place =
    checkpoint != null
      ? decideStatePlace(checkpoint, ['input', 'checkpoint'])
      : decideStatePlace({ checkpointId: checkpointId ?? null }, ['input']);
  return {
    place,
    values: values ?? null,
    asNode: asNode ?? null,
    expectedCheckpointId: expectedCheckpointId == null ? null : requireUuid(expectedCheckpointId, ['input', 'expectedCheckpointId']),
  };
}

function prepare(caller: Caller, thread: VersionedThread, update: StateUpdate): Promise<PreparedStateUpdate> {
  const graph = graphThreadOf(caller, thread);
  if (graph) return caller.graphs.prepareStateUpdate(graph, update);
  const message = `Thread ${thread.id} has no graph to update its state with. Create it with \`graphId\`, or run a graph on it first.`;
  throw new AppError('INVALID_STATE_UPDATE', message, { threadId: thread.id });
}

async function lockFreeThread(db: Db, caller: Caller, threadId: string): Promise<VersionedThread> {
  const thread = await lockThread(db, caller, threadId);
  if (!thread) throw notFound('Thread', threadId);
  if (thread.status !== 'BUSY') return thread;
  throw threadBusy(threadId, (await findActiveRunsOfThreads(db, caller, [threadId])).get(threadId)?.id ?? null);
}

/**
 * Null, with nothing written, when the thread is no longer as it was seen: every run and every update moves its log on, and pruning takes
 * old checkpoints away.
 */
async function writeUpdate(
  db: Db,
  caller: Caller,
  { seen, update, prepared }: { seen: VersionedThread; update: StateUpdate; prepared: PreparedStateUpdate },
): Promise<UpdatedThreadState | null> {
  const { status, nextSeq } = await lockFreeThread(db, caller, seen.id);
  const { checkpointId, checkpointNs } = update.place;
  if (nextSeq !== seen.nextSeq) return null;
  if (checkpointId !== null && !(await hasCheckpoint(db, { threadId: seen.id, notOf: [] }, { checkpointId, checkpointNs }))) return null;
  const { state, latest } = await prepared.write(db);
  await settleThread(db, caller, { threadId: seen.id, before: status, latest, checkpoint: state.checkpoint });
  const thread = (await findThreads(db, caller, [seen.id])).get(seen.id);
  if (!thread) throw new Error(`Thread ${seen.id} is locked and cannot be read.`);
  return { thread, state };
}
