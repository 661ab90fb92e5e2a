import { v7 as uuid7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { findWhatWaits } from '../../src/store/interrupts/find-what-waits.js';
import { syncInterrupts } from '../../src/store/interrupts/sync-interrupts.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { openTestDatabase } from '../support/database.js';
import { insertRunningRun, insertThread } from '../support/running-run.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string];

const find = (threadId: string, interruptIds: readonly string[] = []) =>
  findWhatWaits(database.prisma, DEFAULT_TENANT, { threadId, interruptIds });

/** What waits from now on; `runId` null: a state update made it so. */
const leave = (threadId: string, runId: string | null, ids: readonly string[]) =>
  syncInterrupts(database.prisma, DEFAULT_TENANT, {
    threadId,
    runId,
    waiting: ids.map((interruptId) => ({ interruptId, taskId: 't', namespace: [], value: `${interruptId[0]}?` })),
  });

async function endRun(threadId: string): Promise<string> {
  const { runId } = await insertRunningRun(database, threadId);
  await database.prisma.run.update({ where: { id: runId }, data: { status: 'INTERRUPTED', finishedAt: new Date() } });
  return runId;
}

describe('what waits in a thread', () => {
  test('is nothing at first, and nobody else’s business', async () => {
    const threadId = await insertThread(database);
    expect(await find(threadId)).toEqual({ interruptIds: [], isAtBreakpoint: false, hasFailed: false, next: [], answered: [] });
    expect(await findWhatWaits(database.prisma, { tenantId: 'other' }, { threadId, interruptIds: [] })).toBeNull();
  });

  test('are the interrupts that no run has answered, each once', async () => {
    const threadId = await insertThread(database);
    await leave(threadId, await endRun(threadId), [A, B]);
    const answering = await endRun(threadId);
    await leave(threadId, answering, [B, C]);
    const waiting = await find(threadId);
    expect(waiting).toMatchObject({ interruptIds: [B, C], answered: [{ interruptId: A, resolvedRunId: answering }] });
    expect(waiting?.answered[0]?.resolvedAt).toBeInstanceOf(Date);
    expect((await find(threadId, [B, C]))?.answered).toEqual([]);
  });

  test('comes with the latest answer to each interrupt that is named', async () => {
    const threadId = await insertThread(database);
    for (const ids of [[A], [], [A, B], [B]]) await leave(threadId, await endRun(threadId), ids);
    const last = await endRun(threadId);
    await leave(threadId, last, []);
    const { answered } = (await find(threadId, [A, B, C]))!;
    expect(answered.map(({ interruptId }) => interruptId)).toEqual([B, A]);
    expect((await find(threadId))?.answered).toMatchObject([{ interruptId: B, resolvedRunId: last }]);
  });

  test('is a breakpoint when a run stopped before a node, until a state update takes the place of an answer', async () => {
    const threadId = await insertThread(database);
    const state = { values: {}, next: ['b'] };
    await database.prisma.thread.update({ where: { id: threadId }, data: { status: 'INTERRUPTED', state: { create: state } } });
    await endRun(threadId);
    expect(await find(threadId)).toMatchObject({ isAtBreakpoint: true, next: ['b'] });
    await leave(threadId, await endRun(threadId), [A]);
    await leave(threadId, null, []);
    expect(await find(threadId)).toMatchObject({ isAtBreakpoint: false, answered: [{ resolvedRunId: null }] });
    await endRun(threadId);
    expect(await find(threadId)).toMatchObject({ isAtBreakpoint: true });
    await database.prisma.thread.update({ where: { id: threadId }, data: { status: 'BUSY' } });
    expect(await find(threadId)).toMatchObject({ isAtBreakpoint: true });
    await database.prisma.threadState.update({ where: { threadId }, data: { errorName: 'Error' } });
    expect(await find(threadId)).toMatchObject({ isAtBreakpoint: false, hasFailed: true });
  });

  test('is unknown while the newest checkpoint is none that the cached state describes', async () => {
    const threadId = await insertThread(database);
    const checkpointId = uuid7();
    const checkpoint = { checkpointNs: '', checkpointId, type: 'json', checkpoint: new Uint8Array(), channelVersions: {}, metadata: {} };
    await database.prisma.checkpoint.create({ data: { threadId, ...checkpoint } });
    expect(await find(threadId)).toBeNull();
    await database.prisma.threadState.create({ data: { threadId, checkpointId, next: [] } });
    expect(await find(threadId)).toMatchObject({ interruptIds: [] });
  });
});
