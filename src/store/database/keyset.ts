import { badUserInput } from '../../domain/errors.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { Prisma, ThreadStatus } from '../../generated/prisma/client.js';
import type { Db } from './database.js';

/** A list: which rows of which table, in which order. The primary key `id` is always the last sort key. */
export interface Keyset {
  readonly table: 'Assistant' | 'Thread' | 'Run' | 'Interrupt' | 'Cron';
  readonly where: readonly Prisma.Sql[];
  /** An expression over the table's columns that is never null, and the type its text form is cast back to. */
  readonly sortBy: { readonly expression: string; readonly type: 'text' | 'uuid' | 'timestamptz' | '"ThreadStatus"' };
  readonly direction: 'ASC' | 'DESC';
}

/**
 * One page of a list, read by its sort key and never by OFFSET, so that it costs the same however deep it lies. One round trip for
 * the ids and one in `loadRows`; `countAll` is one more. Rows added or removed between two pages never shift the later page.
 * @throws BAD_USER_INPUT for a cursor that this list did not give
 */
export async function readPage<Row extends { readonly id: string }>(
  db: Db,
  keyset: Keyset,
  request: PageRequest,
  loadRows: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): Promise<Page<Row>> {
  const keys = await selectKeys(db, keyset, request);
  const hasMore = keys.length > request.limit;
  const shown = keys.slice(0, request.limit);
  if (request.direction === 'backward') shown.reverse();
  const rows = shown.length === 0 ? new Map<string, Row>() : await loadRows(shown.map(({ id }) => id));
  const cursorGiven = request.cursor !== null;
  return {
    edges: shown.flatMap((key) => {
      const node = rows.get(key.id);
      return node ? [{ cursor: encodeCursor(key), node }] : [];
    }),
    hasNextPage: request.direction === 'forward' ? hasMore : cursorGiven,
    hasPreviousPage: request.direction === 'forward' ? cursorGiven : hasMore,
    countAll: () => countRows(db, keyset),
  };
}

interface Key {
  readonly id: string;
  readonly sortKey: string;
}

async function selectKeys(db: Db, keyset: Keyset, { direction, limit, cursor }: PageRequest): Promise<Key[]> {
  const descending = (keyset.direction === 'DESC') === (direction === 'forward');
  const sortKey = Prisma.raw(keyset.sortBy.expression);
  const type = Prisma.raw(keyset.sortBy.type);
  const where = [...keyset.where];
  if (cursor !== null) {
    const after = decodeCursor(cursor, keyset.sortBy.type);
    where.push(Prisma.sql`(${sortKey}, "id") ${Prisma.raw(descending ? '<' : '>')} (${after.sortKey}::${type}, ${after.id}::uuid)`);
  }
  const order = Prisma.raw(descending ? 'DESC' : 'ASC');
  // Not "id"::text: ORDER BY would mean that text, of which no index knows the order.
  return db.$queryRaw<Key[]>`
    SELECT "id", (${sortKey})::text AS "sortKey"
      FROM ${Prisma.raw(`"${keyset.table}"`)}
     WHERE ${Prisma.join(where, ' AND ')}
     ORDER BY ${sortKey} ${order}, "id" ${order}
     LIMIT ${limit + 1}`;
}

async function countRows(db: Db, { table, where }: Keyset): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count"
      FROM ${Prisma.raw(`"${table}"`)}
     WHERE ${Prisma.join([...where], ' AND ')}`;
  return row?.count ?? 0;
}

function encodeCursor({ sortKey, id }: Key): string {
  return Buffer.from(`${id}${sortKey}`).toString('base64url');
}

const UUID_LENGTH = 36;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;

/** Whether the database can cast a text to a sort key's type: a cursor of another order, or a made-up one, must not become its error. */
const IS_SORT_KEY: Readonly<Record<Keyset['sortBy']['type'], (text: string) => boolean>> = {
  text: (text) => !text.includes('\0'),
  uuid: (text) => UUID.test(text),
  timestamptz: (text) => text === '-infinity' || text === 'infinity' || (TIMESTAMP.test(text) && isDate(text)),
  '"ThreadStatus"': (text) => Object.hasOwn(ThreadStatus, text),
};

/** A day that its month does not have moves on to the next month. */
function isDate(text: string): boolean {
  const at = new Date(`${text.slice(0, 19).replace(' ', 'T')}Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text.slice(0, 10) && !text.startsWith('0000');
}

function decodeCursor(cursor: string, type: Keyset['sortBy']['type']): Key {
  const text = Buffer.from(cursor, 'base64url').toString();
  const key = { id: text.slice(0, UUID_LENGTH), sortKey: text.slice(UUID_LENGTH) };
  if (UUID.test(key.id) && IS_SORT_KEY[type](key.sortKey)) return key;
  throw badUserInput(
    'The page cursor is not one of this list. Pass `pageInfo.endCursor` (or `startCursor`) of an earlier page in the same order.',
    [{ path: ['after'], message: 'is not a cursor of this list' }],
  );
}
