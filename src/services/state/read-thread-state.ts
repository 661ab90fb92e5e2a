import { badUserInput } from '../../domain/errors.js';
import type { Interrupt } from '../../domain/interrupt.js';
import { canonicalJson, type JsonObject } from '../../domain/json.js';
import { decidePage, type Page, type PageArguments, STATE_PAGE } from '../../domain/page.js';
import type { Thread } from '../../domain/thread.js';
import { type CheckpointChoice, decideStatePlace, type StateInterrupt, type ThreadState } from '../../domain/thread-state.js';
import { isUuid } from '../../domain/uuid.js';
import type { GraphThread } from '../../ports/graphs.js';
import { findInterruptsByIds } from '../../store/interrupts/interrupts.js';
import type { Tenant } from '../../store/tenant.js';
import type { Caller } from '../caller.js';

/**
 * A thread's state at a checkpoint (the newest unless one is named), as the graph of the last run put on the thread reads it. Null before
 * the first checkpoint, when there is no such checkpoint, and while no graph is known.
 * @throws BAD_USER_INPUT for an id that is no UUID; GRAPH_NOT_FOUND when the thread's graph is no longer loaded
 */
export async function findThreadState(
  caller: Caller,
  thread: Thread,
  { checkpoint, subgraphs }: { checkpoint?: CheckpointChoice | null; subgraphs: boolean },
): Promise<ThreadState | null> {
  const place = decideStatePlace(checkpoint, ['checkpoint']);
  const graph = graphThreadOf(caller, thread);
  return graph && caller.graphs.readStateAt(graph, place, { subgraphs });
}

export interface StateList {
  /** The state to begin with, or a namespace alone. */
  readonly checkpoint?: CheckpointChoice | null | undefined;
  /** Containment in the checkpoint's metadata. */
  readonly metadata?: JsonObject | null | undefined;
  readonly page: Pick<PageArguments, 'first' | 'after'>;
}

/**
 * A page of a thread's history in one namespace, newest first, all branches; a checkpoint written meanwhile shifts no later page.
 * @throws BAD_USER_INPUT, GRAPH_NOT_FOUND
 */
export async function listThreadHistory(
  caller: Caller,
  thread: Thread,
  { checkpoint, metadata, page }: StateList,
): Promise<Omit<Page<ThreadState>, 'countAll'>> {
  const { limit, cursor } = decidePage(page, STATE_PAGE);
  const { checkpointId, checkpointNs } = decideStatePlace(checkpoint, ['checkpoint']);
  const beforeId = cursor === null ? null : decodeCursor(cursor);
  const graph = graphThreadOf(caller, thread);
  // A page later than the first begins below the checkpoint that the first one began with.
  const fromId = beforeId !== null && (checkpointId === null || beforeId <= checkpointId) ? null : checkpointId;
  const query = { checkpointNs, fromId, beforeId, metadata: metadata ?? null, limit: limit + 1 };
  const states = graph ? await caller.graphs.listStates(graph, query) : [];
  return {
    edges: states.slice(0, limit).map((node) => ({ cursor: encodeCursor(node.checkpoint.checkpointId), node })),
    hasNextPage: states.length > limit,
    hasPreviousPage: cursor !== null,
  };
}

/** What is known of the interrupts in a thread's state beside the state itself: the run that asked, when, and when it was answered. */
export async function describeInterrupts(caller: Caller, threadId: string, found: readonly StateInterrupt[]): Promise<Interrupt[]> {
  if (found.length === 0) return [];
  const rows = await findInterruptsByIds(caller.database.prisma, caller, {
    threadId,
    interruptIds: found.map(({ interruptId }) => interruptId),
  });
  return found.map((interrupt) => {
    // Two questions of one task have the same id.
    const row = rows.find((known) => known.interruptId === interrupt.interruptId && isSameValue(known, interrupt));
    return { runId: null, createdAt: null, resolvedAt: null, ...row, ...interrupt, threadId };
  });
}

/** A thread with the graph that its metadata names; null when it names none. */
export function graphThreadOf(
  { tenantId }: Tenant,
  { id, metadata, config }: Pick<Thread, 'id' | 'metadata' | 'config'>,
): GraphThread | null {
  const graphId = metadata['graph_id'];
  return typeof graphId === 'string' ? { tenantId, graphId, threadId: id, configurable: config.configurable } : null;
}

function isSameValue(a: Pick<Interrupt, 'value'>, b: Pick<Interrupt, 'value'>): boolean {
  return canonicalJson(a.value) === canonicalJson(b.value);
}

function encodeCursor(checkpointId: string): string {
  return Buffer.from(checkpointId.replaceAll('-', ''), 'hex').toString('base64url');
}

function decodeCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (isUuid(id)) return id;
  throw badUserInput('The page cursor is not one of this list. Pass `pageInfo.endCursor` of an earlier page.', [
    { path: ['after'], message: 'is not a cursor of this list' },
  ]);
}
