import type { Interrupt } from '../../domain/interrupt.js';
import type { JsonObject } from '../../domain/json.js';
import { decidePage, LIST_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import { requireUuid } from '../../domain/uuid.js';
import { type InterruptQuery, listInterruptRows } from '../../store/interrupts/list-interrupts.js';
import type { Caller } from '../caller.js';
import { threadMarks } from '../feeds/thread-marks.js';

export interface InterruptFilter {
  readonly threadId?: string | null;
  /** A thread bears the assistant and the graph of the last run put on it in its metadata. */
  readonly assistantId?: string | null;
  readonly graphId?: string | null;
  /** Containment. */
  readonly threadMetadata?: JsonObject | null;
  /** Those that wait, or with false those that were answered; the former unless given. */
  readonly pending?: boolean | null;
}

export interface InterruptList {
  readonly filter?: InterruptFilter | null | undefined;
  readonly page: Pick<PageArguments, 'first' | 'after'>;
}

/** The human-in-the-loop inbox: interrupts of all the caller's threads, oldest first. */
export function listInterrupts(caller: Caller, { filter, page }: InterruptList): Promise<Page<Interrupt>> {
  return listInterruptRows(caller.database.prisma, caller, { query: decideInterruptQuery(filter), page: decidePage(page, LIST_PAGE) });
}

/** What a filter asks of the store; BAD_USER_INPUT when its thread is no UUID. */
export function decideInterruptQuery(filter: InterruptFilter | null | undefined): InterruptQuery {
  const { threadId, threadMetadata, pending, ...ofRun } = filter ?? {};
  return {
    threadId: threadId == null ? null : requireUuid(threadId, ['filter', 'threadId']),
    threadMetadata: [threadMarks(ofRun), threadMetadata ?? {}].filter((metadata) => Object.keys(metadata).length > 0),
    pending: pending ?? true,
  };
}
