import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMemorySignals } from '../../src/adapters/memory-signals.js';
import { makeSystemClock } from '../../src/adapters/system-clock.js';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { type LogTail, makeLogTails } from '../../src/services/log/log-tails.js';
import { type Database, type Db, transact } from '../../src/store/database/database.js';
import { appendThreadEvents } from '../../src/store/events/append-thread-events.js';
import { openTestDatabase } from '../support/database.js';
import { insertThread } from '../support/running-run.js';

let database: Database;
const signals = makeMemorySignals();
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const makeTails = () => makeLogTails({ database, signals, clock: makeSystemClock(), telemetry: makeTelemetry() });
const grown = (tail: LogTail) => new Promise<void>((resolve) => void tail.onGrowth(resolve));
const seqsAfter = (tail: LogTail, seq: number) => {
  const events = tail.after(seq);
  return events === 'behind' ? events : events.map((event) => event.seq);
};

async function append(threadId: string, count: number, db: Db = database.prisma): Promise<void> {
  const draft = { kind: 'THREAD_STATUS', namespace: [], data: { status: 'IDLE' }, runId: null, attempt: null } as const;
  await appendThreadEvents(db, threadId, Array<typeof draft>(count).fill(draft));
}

describe('the tail of a log', () => {
  it('keeps what comes after it was joined, and is behind what was there before', async () => {
    const threadId = await insertThread(database);
    await append(threadId, 2);
    const tail = makeTails().join(threadId);
    await tail.ready;
    expect([tail.lastSeq, seqsAfter(tail, 1), seqsAfter(tail, 2)]).toEqual([2, 'behind', []]);
    const growth = grown(tail);
    await append(threadId, 2);
    signals.notify(`thread:${threadId}`);
    await growth;
    expect([1, 2, 3, 4].map((seq) => seqsAfter(tail, seq))).toEqual(['behind', [3, 4], [4], []]);
    tail.leave();
  });

  it('gives each row once, though rows between them were deleted before it read them', async () => {
    const threadId = await insertThread(database);
    const tail = makeTails().join(threadId);
    await tail.ready;
    const growth = grown(tail);
    await transact(database, async (db) => {
      await append(threadId, 5, db);
      await db.runEvent.deleteMany({ where: { threadId, seq: { in: [2, 3] } } });
    });
    signals.notify(`thread:${threadId}`);
    await growth;
    expect([0, 1, 2, 3, 4, 5].map((seq) => seqsAfter(tail, seq))).toEqual([[1, 4, 5], [4, 5], [4, 5], [4, 5], [5], []]);
    tail.leave();
  });

  it('knows when its thread is gone, and is not joined again', async () => {
    const threadId = await insertThread(database);
    const tails = makeTails();
    const [tail, other] = [tails.join(threadId), tails.join(threadId)];
    await tail.ready;
    const growth = grown(tail);
    await database.prisma.thread.delete({ where: { id: threadId } });
    signals.notify(`thread:${threadId}`);
    await growth;
    expect([tail.isGone, other.isGone]).toEqual([true, true]);
    const later = tails.join(threadId);
    expect(later.isGone).toBe(false);
    for (const joined of [tail, other, later]) joined.leave();
  });

  it('knows that a thread was gone before it was joined', async () => {
    const threadId = await insertThread(database);
    await database.prisma.thread.delete({ where: { id: threadId } });
    const tail = makeTails().join(threadId);
    await grown(tail);
    expect(tail.isGone).toBe(true);
    tail.leave();
  });
});
