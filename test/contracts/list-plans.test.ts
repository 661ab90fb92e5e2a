import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageRequest } from '../../src/domain/page.js';
import type { Prisma } from '../../src/generated/prisma/client.js';
import type { Database, Db } from '../../src/store/database/database.js';
import { listInterruptRows, type InterruptQuery } from '../../src/store/interrupts/list-interrupts.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { listThreadRows, type ThreadOrderField, type ThreadQuery } from '../../src/store/threads/list-threads.js';
import { openTestDatabase } from '../support/database.js';
import { explain, nodesOf, type PlanNode, recordStatements, rowsTouched } from '../support/plans.js';

const THREADS = 20_000;
const LIMIT = 20;

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  await fill(database);
});
afterAll(() => database.close());

/** Threads of two tenants with states, and interrupts of which one in fifty waits. */
async function fill({ prisma }: Database): Promise<void> {
  await prisma.$executeRawUnsafe(`
    INSERT INTO "Thread" ("id", "tenantId", "status", "metadata", "config", "createdAt", "updatedAt", "stateUpdatedAt")
    SELECT gen_random_uuid(), CASE WHEN n % 10 = 0 THEN 'other' ELSE 'default' END,
           (ARRAY['IDLE', 'IDLE', 'IDLE', 'BUSY', 'INTERRUPTED', 'ERROR'])[1 + n % 6]::"ThreadStatus",
           jsonb_build_object('graph_id', 'agent', 'owner', 'user ' || n % 2000, 'n', n), '{}',
           now() - n * interval '1 minute', now() - n % 7000 * interval '1 minute',
           CASE WHEN n % 4 = 0 THEN NULL ELSE now() - n % 9000 * interval '1 minute' END
      FROM generate_series(1, ${THREADS}) AS n`);
  await prisma.$executeRawUnsafe(`
    INSERT INTO "ThreadState" ("threadId", "values", "next")
    SELECT "id", jsonb_build_object('topic', 'topic ' || ("metadata" ->> 'n')::int % 3000, 'messages', jsonb_build_array(repeat('word ', 20))), '{}'
      FROM "Thread"
     WHERE "stateUpdatedAt" IS NOT NULL`);
  await prisma.$executeRawUnsafe(`
    INSERT INTO "Interrupt" ("id", "tenantId", "threadId", "interruptId", "namespace", "createdAt", "resolvedAt")
    SELECT gen_random_uuid(), "tenantId", "id", "metadata" ->> 'n', '{}', "createdAt",
           CASE WHEN ("metadata" ->> 'n')::int % 50 = 1 THEN NULL ELSE now() END
      FROM "Thread"`);
  await prisma.$executeRawUnsafe('ANALYZE');
}

const FIRST: PageRequest = { direction: 'forward', limit: LIMIT, cursor: null };
type Order = { field: ThreadOrderField; direction: 'ASC' | 'DESC' };
const NEWEST_FIRST: Order = { field: 'CREATED_AT', direction: 'DESC' };

/** How the database goes about the statement that finds a page's keys: the first one that the list issues. */
async function planOf(list: (db: Db) => Promise<unknown>): Promise<PlanNode> {
  const [statement] = await recordStatements(database, list);
  return explain(database, statement as Prisma.Sql);
}

const threadsPlan = (query: ThreadQuery, orderBy = NEWEST_FIRST, page = FIRST): Promise<PlanNode> =>
  planOf((db) => listThreadRows(db, DEFAULT_TENANT, { query, orderBy, page }));
const inboxPlan = (query: Partial<InterruptQuery>, page = FIRST): Promise<PlanNode> =>
  planOf((db) => listInterruptRows(db, DEFAULT_TENANT, { query: { threadId: null, threadMetadata: [], pending: true, ...query }, page }));

const indexesOf = (plan: PlanNode): string[] => nodesOf(plan).flatMap((node) => node['Index Name'] ?? []);
const kindsOf = (plan: PlanNode): string[] => nodesOf(plan).map((node) => node['Node Type']);

describe('a list of threads', () => {
  it.each<[string, ThreadQuery, string]>([
    ['by metadata', { metadata: { owner: 'user 7' } }, 'Thread_metadata_idx'],
    ['by values', { values: { topic: 'topic 7' } }, 'ThreadState_values_idx'],
  ])('%s looks them up in the index, and reads few others', async (_how, query, index) => {
    const plan = await threadsPlan(query);
    expect(indexesOf(plan)).toContain(index);
    expect(kindsOf(plan)).not.toContain('Seq Scan');
    expect(rowsTouched(plan)).toBeLessThan(100);
  });

  it('by ids reads those, by the primary key', async () => {
    const ids = (await database.prisma.thread.findMany({ take: 50, select: { id: true } })).map(({ id }) => id);
    const plan = await threadsPlan({ ids });
    expect(indexesOf(plan)).toEqual(['Thread_pkey']);
    expect(rowsTouched(plan)).toBeLessThanOrEqual(50);
  });

  it.each<[ThreadOrderField, 'ASC' | 'DESC', string]>(
    (['ASC', 'DESC'] as const).flatMap((direction): [ThreadOrderField, 'ASC' | 'DESC', string][] => [
      ['CREATED_AT', direction, 'Thread_tenantId_createdAt_id_idx'],
      ['UPDATED_AT', direction, 'Thread_tenantId_updatedAt_id_idx'],
      ['STATE_UPDATED_AT', direction, 'Thread_tenantId_stateUpdatedAt_or_never_id_idx'],
      ['STATUS', direction, 'Thread_tenantId_status_id_idx'],
      ['ID', direction, 'Thread_pkey'],
    ]),
  )(
    'in the order of %s %s sorts nothing, and reads no more for a page deep in the list than for the first',
    async (field, direction, index) => {
      const orderBy = { field, direction };
      const cursors = [null, await cursorOf(10_001, orderBy), await cursorOf(THREADS - 1, orderBy), await cursorAtEnd(orderBy)];
      for (const cursor of cursors) {
        for (const towards of ['forward', 'backward'] as const) {
          const plan = await threadsPlan({}, orderBy, { ...FIRST, cursor, direction: towards });
          expect(indexesOf(plan)).toEqual([index]);
          expect(kindsOf(plan).filter((kind) => /Sort|Seq Scan|Bitmap/.test(kind))).toEqual([]);
          // Of the primary key's rows one in ten is another tenant's.
          expect(rowsTouched(plan)).toBeLessThanOrEqual(field === 'ID' ? 2 * LIMIT : LIMIT + 2);
        }
      }
    },
  );

  /** The cursor of the thread that was made as the `n`th. */
  async function cursorOf(n: number, orderBy: Order): Promise<string> {
    const { id } = await database.prisma.thread.findFirstOrThrow({ where: { metadata: { path: ['n'], equals: n } } });
    const { edges } = await listThreadRows(database.prisma, DEFAULT_TENANT, { query: { ids: [id] }, orderBy, page: FIRST });
    return edges[0]!.cursor;
  }

  /** Twenty from the end. */
  async function cursorAtEnd(orderBy: Order): Promise<string> {
    const page = { ...FIRST, direction: 'backward' } as const;
    const { edges } = await listThreadRows(database.prisma, DEFAULT_TENANT, { query: {}, orderBy, page });
    return edges[0]!.cursor;
  }

  it('of a status, newest first, does not read the whole table', async () => {
    expect(rowsTouched(await threadsPlan({ status: ['BUSY'] }))).toBeLessThan(20 * LIMIT);
  });
});

describe('the inbox', () => {
  it('finds what waits without reading what was answered, on its first page and on later ones', async () => {
    const { edges } = await listInterruptRows(database.prisma, DEFAULT_TENANT, {
      query: { threadId: null, threadMetadata: [], pending: true },
      page: { ...FIRST, limit: 200 },
    });
    for (const cursor of [null, edges[99]!.cursor, edges[199]!.cursor]) {
      const plan = await inboxPlan({}, { ...FIRST, cursor });
      expect(indexesOf(plan)).toContain('Interrupt_pending_tenantId_createdAt_id_idx');
      expect(kindsOf(plan).filter((kind) => /Sort|Seq Scan/.test(kind))).toEqual([]);
      expect(rowsTouched(plan)).toBeLessThanOrEqual(2 * (LIMIT + 1));
    }
  });

  it('of one thread reads that thread and its interrupts', async () => {
    const { threadId } = await database.prisma.interrupt.findFirstOrThrow({ where: { tenantId: 'default', resolvedAt: null } });
    expect(rowsTouched(await inboxPlan({ threadId }))).toBeLessThanOrEqual(2);
  });

  it('of what was answered comes in the order of its index', async () => {
    const plan = await inboxPlan({ pending: false });
    expect(indexesOf(plan)).toContain('Interrupt_tenantId_createdAt_id_idx');
    expect(rowsTouched(plan)).toBeLessThan(4 * LIMIT);
  });
});
