import type { Cron, CronFire } from '../../domain/cron.js';
import { listFireTimes } from '../../domain/cron-schedule.js';
import { badUserInput, notFound } from '../../domain/errors.js';
import { decidePage, LIST_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import { isUuid, requireUuid } from '../../domain/uuid.js';
import { listCronFiresAfter } from '../../store/crons/cron-fires.js';
import { findCrons } from '../../store/crons/crons.js';
import { type CronOrderField, type CronQuery, listCronRows } from '../../store/crons/list-crons.js';
import { resolveAssistantId } from '../assistants/read-assistants.js';
import type { Caller } from '../caller.js';

/** Absent ids are absent from the map; ids that are no UUIDs too. */
export function findCronsByIds(caller: Caller, ids: readonly string[]): Promise<Map<string, Cron>> {
  return findCrons(caller.database.prisma, caller, ids.filter(isUuid));
}

/** CRON_NOT_FOUND when there is none; BAD_USER_INPUT when the id is no UUID. */
export async function getCron(caller: Caller, id: string): Promise<Cron> {
  const cronId = requireUuid(id, ['id']);
  const cron = (await findCrons(caller.database.prisma, caller, [cronId])).get(cronId);
  if (!cron) throw notFound('Cron', cronId);
  return cron;
}

export interface CronList {
  readonly filter?: CronQuery | null | undefined;
  readonly orderBy?: { readonly field: CronOrderField; readonly direction: 'ASC' | 'DESC' } | null | undefined;
  readonly page: PageArguments;
}

/** Newest first unless asked otherwise. */
export function listCrons(caller: Caller, { filter, orderBy, page }: CronList): Promise<Page<Cron>> {
  const { assistantId, threadId } = filter ?? {};
  return listCronRows(caller.database.prisma, caller, {
    query: {
      ...filter,
      threadId: threadId == null ? null : requireUuid(threadId, ['filter', 'threadId']),
      assistantId: assistantId == null ? null : resolveAssistantId(assistantId),
    },
    orderBy: orderBy ?? { field: 'CREATED_AT', direction: 'DESC' },
    page: decidePage(page, LIST_PAGE),
  });
}

const PREVIEW_MAX = 100;

/** The next `count` (1–100) fire times from now, in order, as if the cron were not paused; nothing is stored. */
export function previewFireTimes(caller: Caller, cron: Cron, count: number): Date[] {
  if (count < 1 || count > PREVIEW_MAX) {
    const message = `must be from 1 to ${PREVIEW_MAX}`;
    throw badUserInput(`\`count\` ${message}.`, [{ path: ['count'], message }]);
  }
  return listFireTimes(cron, { after: caller.clock.now(), limit: count }).filter((at) => cron.endAt === null || at <= cron.endAt);
}

/** A page of what each firing of a cron did, newest first. One round trip. */
export async function listCronFires(
  caller: Caller,
  cron: Cron,
  page: Pick<PageArguments, 'first' | 'after'>,
): Promise<Omit<Page<CronFire>, 'countAll'>> {
  const { limit, cursor } = decidePage(page, LIST_PAGE);
  const rows = await listCronFiresAfter(caller.database.prisma, {
    cronId: cron.id,
    after: cursor === null ? null : decodeCursor(cursor),
    limit: limit + 1,
  });
  return {
    edges: rows.slice(0, limit).map((node) => ({ cursor: encodeCursor(node), node })),
    hasNextPage: rows.length > limit,
    hasPreviousPage: cursor !== null,
  };
}

function encodeCursor({ scheduledAt, id }: CronFire): string {
  return Buffer.from(`${id}${scheduledAt.toISOString()}`).toString('base64url');
}

const UUID_LENGTH = 36;

function decodeCursor(cursor: string): { id: string; scheduledAt: Date } {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [id, scheduledAt] = [text.slice(0, UUID_LENGTH), new Date(text.slice(UUID_LENGTH))];
  if (isUuid(id) && !Number.isNaN(scheduledAt.getTime())) return { id, scheduledAt };
  throw badUserInput('The page cursor is not one of this list. Pass `pageInfo.endCursor` of an earlier page.', [
    { path: ['after'], message: 'is not a cursor of this list' },
  ]);
}
