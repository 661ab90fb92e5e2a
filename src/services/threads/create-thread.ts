import { v7 as uuid7 } from 'uuid';
import { AppError, badUserInput } from '../../domain/errors.js';
import type { JsonObject } from '../../domain/json.js';
import { EMPTY_RUN_CONFIG } from '../../domain/run-config.js';
import { decideSupersteps, type SuperstepChoice } from '../../domain/supersteps.js';
import type { Thread } from '../../domain/thread.js';
import { requireUuid } from '../../domain/uuid.js';
import type { PreparedStateUpdate } from '../../ports/graphs.js';
import { type Db, transact } from '../../store/database/database.js';
import { findThreads, insertThreadIfAbsent, type NewThread } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { settleThread } from '../state/settle-thread.js';

export interface CreateThread {
  readonly id?: string | null;
  /** Stored in the metadata as `graph_id`. */
  readonly graphId?: string | null;
  readonly metadata?: JsonObject | null;
  /** What to do when the id is taken. */
  readonly ifExists?: 'RAISE' | 'DO_NOTHING' | null;
  /** How long it may rest; null: for ever; omitted: as langgraph.json has it. */
  readonly ttlMinutes?: number | null;
  /** A history to begin with: each superstep becomes one checkpoint. */
  readonly supersteps?: readonly SuperstepChoice[] | null;
}

/**
 * Creates an IDLE thread; with supersteps, one whose state is what they lead to. The graph's own functions (reducers, edges) run before
 * the transaction that writes thread and history together. One round trip; with supersteps two for each of them and about fifteen more.
 * Two calls at once with one id: one creates, the other finds it.
 * @throws ALREADY_EXISTS, GRAPH_NOT_FOUND, BAD_USER_INPUT, INVALID_STATE_UPDATE with the graph's own message; then there is no new thread
 */
export async function createThread(caller: Caller, input: CreateThread): Promise<Thread> {
  const id = input.id == null ? uuid7() : requireUuid(input.id, ['input', 'id']);
  if (input.graphId != null && !caller.graphs.has(input.graphId)) throw unknownGraph(caller, input.graphId);
  const thread: NewThread = {
    id,
    metadata: { ...input.metadata, ...(input.graphId != null && { graph_id: input.graphId }) },
    config: EMPTY_RUN_CONFIG,
    temporary: false,
    ttlMinutes: input.ttlMinutes === undefined ? caller.defaultTtlMinutes : requireTtl(input.ttlMinutes),
  };
  const created =
    input.supersteps == null
      ? await insertThreadIfAbsent(caller.database.prisma, caller, thread)
      : await createWithHistory(caller, thread, input, input.supersteps);
  if (created) {
    announce(caller, { tenantId: caller.tenantId, threadId: id, threadChanged: true, runIds: [] });
    return created;
  }

  const existing = input.ifExists === 'DO_NOTHING' ? (await findThreads(caller.database.prisma, caller, [id])).get(id) : null;
  if (existing) return existing;
  throw new AppError('ALREADY_EXISTS', `Thread ${id} already exists. Choose another id, leave it out, or pass \`ifExists: DO_NOTHING\`.`, {
    id,
  });
}

/** Null when the id is taken. */
async function createWithHistory(
  caller: Caller,
  thread: NewThread,
  { id, graphId }: CreateThread,
  supersteps: readonly SuperstepChoice[],
): Promise<Thread | null> {
  const steps = decideSupersteps(supersteps, ['input', 'supersteps']);
  if (graphId == null) {
    const message = 'is needed with `supersteps`';
    throw badUserInput(`\`input.graphId\` ${message}: a graph must say what they lead to.`, [{ path: ['input', 'graphId'], message }]);
  }
  // A thread that is there already need not wait for the graph.
  if (id != null && (await findThreads(caller.database.prisma, caller, [thread.id])).size > 0) return null;
  const prepared = await caller.graphs.prepareSupersteps(
    { tenantId: caller.tenantId, graphId, threadId: thread.id, configurable: {} },
    steps,
  );
  return transact(caller.database, (db) => insertWithHistory(db, caller, thread, prepared));
}

async function insertWithHistory(db: Db, caller: Caller, thread: NewThread, prepared: PreparedStateUpdate): Promise<Thread | null> {
  const inserted = await insertThreadIfAbsent(db, caller, thread);
  if (!inserted) return null;
  const { state, latest } = await prepared.write(db);
  await settleThread(db, caller, { threadId: thread.id, before: inserted.status, latest, checkpoint: state.checkpoint });
  return (await findThreads(db, caller, [thread.id])).get(thread.id) ?? null;
}

/** BAD_USER_INPUT unless it is null (never expires) or a positive number of minutes. */
export function requireTtl(ttlMinutes: number | null): number | null {
  if (ttlMinutes === null || ttlMinutes > 0) return ttlMinutes;
  throw badUserInput('`input.ttlMinutes` must be at least 1.', [{ path: ['input', 'ttlMinutes'], message: 'must be at least 1' }]);
}

/** GRAPH_NOT_FOUND, with the graphs there are. */
export function unknownGraph(caller: Caller, graphId: string): AppError {
  const known = caller.graphs.list().map((graph) => graph.graphId);
  return new AppError('GRAPH_NOT_FOUND', `Graph ${graphId} is not loaded. The loaded graphs are: ${known.join(', ')}.`, { id: graphId });
}
