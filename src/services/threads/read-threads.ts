import type { Interrupt } from '../../domain/interrupt.js';
import { decidePage, LIST_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import type { Run } from '../../domain/run.js';
import type { Thread, ThreadSnapshot, ThreadStorage } from '../../domain/thread.js';
import { isUuid, requireUuid } from '../../domain/uuid.js';
import { findPendingInterruptsOfThreads } from '../../store/interrupts/interrupts.js';
import { findActiveRunsOfThreads } from '../../store/runs/runs.js';
import { listThreadRows, type ThreadOrderField, type ThreadQuery } from '../../store/threads/list-threads.js';
import { measureThreads } from '../../store/threads/measure-threads.js';
import { findThreadStates } from '../../store/threads/thread-states.js';
import { findThreads } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { threadMarks } from '../feeds/thread-marks.js';

/** Absent ids are absent from the map; ids that are no UUIDs too. */
export function findThreadsByIds(caller: Caller, ids: readonly string[]): Promise<Map<string, Thread>> {
  return findThreads(caller.database.prisma, caller, ids.filter(isUuid));
}

/** The latest state of each thread; absent until a run of it has ended. */
export function findThreadSnapshots(caller: Caller, threadIds: readonly string[]): Promise<Map<string, ThreadSnapshot>> {
  return findThreadStates(caller.database.prisma, caller, threadIds);
}

/** What waits for a human in each thread, oldest first. */
export function findPendingInterrupts(caller: Caller, threadIds: readonly string[]): Promise<Map<string, Interrupt[]>> {
  return findPendingInterruptsOfThreads(caller.database.prisma, caller, threadIds);
}

/** Each thread's RUNNING run, else its oldest PENDING one. */
export function findActiveRuns(caller: Caller, threadIds: readonly string[]): Promise<Map<string, Run>> {
  return findActiveRunsOfThreads(caller.database.prisma, caller, threadIds);
}

/** What each thread costs on disk. */
export function findThreadStorage(caller: Caller, threadIds: readonly string[]): Promise<Map<string, ThreadStorage>> {
  return measureThreads(caller.database.prisma, caller, threadIds);
}

export interface ThreadFilter extends ThreadQuery {
  /** A thread bears the graph and the assistant of the last run put on it in its metadata. */
  readonly graphId?: string | null;
  readonly assistantId?: string | null;
}

export interface ThreadList {
  readonly filter?: ThreadFilter | null | undefined;
  readonly orderBy?: { readonly field: ThreadOrderField; readonly direction: 'ASC' | 'DESC' } | null | undefined;
  readonly page: PageArguments;
}

/** Newest first unless asked otherwise. */
export function listThreads(caller: Caller, { filter, orderBy, page }: ThreadList): Promise<Page<Thread>> {
  return listThreadRows(caller.database.prisma, caller, {
    query: decideThreadQuery(filter),
    orderBy: orderBy ?? { field: 'CREATED_AT', direction: 'DESC' },
    page: decidePage(page, LIST_PAGE),
  });
}

/** What a filter asks of the store; BAD_USER_INPUT when it holds an id that is no UUID. */
export function decideThreadQuery(filter: ThreadFilter | null | undefined): ThreadQuery {
  const { graphId, assistantId, ...query } = filter ?? {};
  return {
    ...query,
    ids: query.ids?.map((id, index) => requireUuid(id, ['filter', 'ids', index])) ?? null,
    marks: threadMarks({ graphId, assistantId }),
  };
}
