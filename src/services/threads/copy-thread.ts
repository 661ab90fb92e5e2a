import { v7 as uuid7 } from 'uuid';
import { notFound } from '../../domain/errors.js';
import { type Thread, threadStatusAfter } from '../../domain/thread.js';
import { requireUuid } from '../../domain/uuid.js';
import type { OpenState } from '../../ports/graphs.js';
import { copyCheckpointBlobs } from '../../store/checkpoints/copy-checkpoint-blobs.js';
import { copyCheckpointWrites } from '../../store/checkpoints/copy-checkpoint-writes.js';
import { copyCheckpoints, type ThreadCopy } from '../../store/checkpoints/copy-checkpoints.js';
import { type Db, transact } from '../../store/database/database.js';
import { appendThreadEvents } from '../../store/events/append-thread-events.js';
import { copyInterrupts } from '../../store/interrupts/copy-interrupts.js';
import { copyThreadState } from '../../store/threads/copy-thread-state.js';
import { findStateMarks } from '../../store/threads/find-state-marks.js';
import { lockThreadsWhole, type WholeThread } from '../../store/threads/lock-threads-whole.js';
import { findThreads, insertThreadIfAbsent } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { graphThreadOf } from '../state/read-thread-state.js';
import { eventsOfState, settleThread } from '../state/settle-thread.js';

/**
 * Makes a new thread with the metadata, the config, the whole history and the interrupts of another one, and none of its runs and events.
 * One transaction, in which nothing is written to the source; afterwards the two have nothing in common. A source with an active run is
 * copied as it is committed at that moment, the finished parts of a step under way included: its state is then read by its graph, which is
 * opened before the transaction.
 * @throws THREAD_NOT_FOUND; GRAPH_NOT_FOUND when the graph of a source with an active run is not loaded
 */
export async function copyThread(caller: Caller, id: string): Promise<Thread> {
  const sourceId = requireUuid(id, ['id']);
  const copyId = uuid7();
  for (;;) {
    const seen = (await findThreads(caller.database.prisma, caller, [sourceId])).get(sourceId);
    if (!seen) throw notFound('Thread', sourceId);
    const graph = graphOfRun(caller, seen);
    const reader = graph && { graphId: graph.graphId, ...(await caller.graphs.openState({ ...graph, threadId: copyId })) };
    const copy = await transact(caller.database, (db) => copyWhole(db, caller, { sourceId, copyId }, reader));
    if (!copy) continue;
    announce(caller, { tenantId: caller.tenantId, threadId: copyId, threadChanged: true, runIds: [] });
    return copy;
  }
}

/** What the state of a thread with an active run is read with; without such a run the cached state tells it. */
function graphOfRun(caller: Caller, thread: Pick<Thread, 'id' | 'status' | 'metadata' | 'config'>) {
  return thread.status === 'BUSY' ? graphThreadOf(caller, thread) : null;
}

type Reader = OpenState & { readonly graphId: string };

/** Null, with nothing copied, when a run has been put on the source whose graph the reader has not opened. */
async function copyWhole(db: Db, caller: Caller, ids: ThreadCopy, reader: Reader | null): Promise<Thread | null> {
  const [source] = await lockThreadsWhole(db, caller, [ids.sourceId]);
  if (!source) throw notFound('Thread', ids.sourceId);
  const graph = graphOfRun(caller, source);
  if (graph && graph.graphId !== reader?.graphId) return null;
  await insertCopy(db, caller, source, ids);
  await copyCheckpoints(db, ids);
  await copyCheckpointBlobs(db, ids);
  await copyCheckpointWrites(db, ids);
  await copyInterrupts(db, ids);
  await (graph && reader ? copyStateOfRun(db, caller, ids, reader) : copyStateAtRest(db, ids));
  return (await findThreads(db, caller, [ids.copyId])).get(ids.copyId) ?? null;
}

async function insertCopy(db: Db, caller: Caller, source: WholeThread, { copyId }: ThreadCopy): Promise<void> {
  const { metadata, config, temporary } = source;
  const ttlMinutes = temporary ? caller.defaultTtlMinutes : source.ttlMinutes;
  const row = { id: copyId, metadata, config, temporary: false, ttlMinutes };
  const inserted = await insertThreadIfAbsent(db, caller, row);
  if (!inserted) throw new Error(`The new id ${copyId} is taken.`);
}

async function copyStateOfRun(db: Db, caller: Caller, { copyId }: ThreadCopy, reader: Reader): Promise<void> {
  const latest = await reader.read(db);
  const { checkpointId } = latest;
  if (checkpointId === null) return;
  await settleThread(db, caller, { threadId: copyId, before: 'IDLE', latest, checkpoint: { checkpointId, checkpointNs: '' } });
}

async function copyStateAtRest(db: Db, ids: ThreadCopy): Promise<void> {
  const marks = await findStateMarks(db, ids.sourceId);
  if (!marks) return;
  const waits = marks.next.length > 0 || marks.pendingCount > 0;
  const status = threadStatusAfter('SUCCESS', { waits, hasActiveRun: false });
  await copyThreadState(db, { ...ids, status });
  if (marks.checkpointId === null) return;
  const checkpoint = { checkpointId: marks.checkpointId, checkpointNs: '' };
  await appendThreadEvents(db, ids.copyId, eventsOfState(checkpoint, { before: 'IDLE', after: status }));
}
