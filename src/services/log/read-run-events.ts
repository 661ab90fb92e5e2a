import { type EventFilter, kindsPassing, type LogEvent } from '../../domain/event.js';
import { encodeEventId, requireKeptEventSeq } from '../../domain/event-id.js';
import { decidePage, EVENT_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import type { Run } from '../../domain/run.js';
import { listEventsAfter } from '../../store/events/read-events.js';
import type { Caller } from '../caller.js';

/**
 * A page of a run's kept events, oldest first. A subscription after its last cursor continues without loss. One round trip.
 * @throws EVENT_CURSOR_INVALID, EVENT_CURSOR_EXPIRED, BAD_USER_INPUT
 */
export async function listRunEvents(
  caller: Caller,
  run: Run,
  { filter, page }: { filter: EventFilter; page: Pick<PageArguments, 'first' | 'after'> },
): Promise<Omit<Page<LogEvent>, 'countAll'>> {
  const { limit, cursor } = decidePage({ first: page.first ?? null, after: page.after || null }, EVENT_PAGE);
  const rows = await listEventsAfter(caller.database.prisma, {
    log: { runId: run.id },
    seq: cursor === null ? 0 : requireKeptEventSeq(cursor, run),
    kinds: kindsPassing(filter),
    rootOnly: !filter.subgraphs,
    limit: limit + 1,
  });
  return {
    edges: rows.slice(0, limit).map((node) => ({ cursor: encodeEventId(node), node })),
    hasNextPage: rows.length > limit,
    hasPreviousPage: cursor !== null,
  };
}
