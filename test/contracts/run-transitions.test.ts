import { v7 as uuid7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LeaseLost } from '../../src/domain/errors.js';
import { RUN_STATUSES, RUN_TRANSITIONS, type RunAction, type RunStatus } from '../../src/domain/run.js';
import { type Database, transact } from '../../src/store/database/database.js';
import { cancelIfPending } from '../../src/store/runs/cancel-if-pending.js';
import { claimRuns } from '../../src/store/runs/claim-runs.js';
import { finishRunIfHeld } from '../../src/store/runs/finish-run-if-held.js';
import { releaseRunIfHeld } from '../../src/store/runs/release-run-if-held.js';
import { requestCancelIfRunning } from '../../src/store/runs/request-cancel-if-running.js';
import { DEFAULT_TENANT } from '../../src/store/tenant.js';
import { openTestDatabase } from '../support/database.js';
import { insertThread } from '../support/running-run.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

interface RunOf {
  readonly runId: string;
  readonly threadId: string;
}

const ATTEMPT = 1;

/** The statement that makes each move; what does not fit changes nothing. */
const STATEMENTS: Readonly<Record<RunAction, (run: RunOf) => Promise<unknown>>> = {
  claim: () => claimRuns(database, { workerId: 'w', graphIds: ['g'], limit: 1_000, leaseSeconds: 60 }),
  cancel: ({ runId }) => transact(database, (db) => cancelIfPending(db, { runIds: [runId], action: 'INTERRUPT' })),
  succeed: (run) => finish(run, 'SUCCESS'),
  pause: (run) => finish(run, 'INTERRUPTED'),
  fail: (run) => finish(run, 'ERROR'),
  expire: (run) => finish(run, 'TIMEOUT'),
  stop: async (run) => {
    await transact(database, (db) => requestCancelIfRunning(db, { runIds: [run.runId], action: 'INTERRUPT' }));
    // However the graph call ended.
    await finish(run, 'SUCCESS');
  },
  lose: (run) => release(run, true),
  handBack: (run) => release(run, false),
};

function finish({ runId, threadId }: RunOf, status: RunStatus): Promise<unknown> {
  const fence = { runId, attempt: ATTEMPT };
  return transact(database, (db) => finishRunIfHeld(db, { fence, threadId, status, error: null }));
}

function release({ runId, threadId }: RunOf, lost: boolean): Promise<unknown> {
  return releaseRunIfHeld(database, DEFAULT_TENANT, { threadId, fence: { runId, attempt: ATTEMPT }, lost });
}

async function insertRun(status: RunStatus): Promise<RunOf> {
  const threadId = await insertThread(database);
  const runId = uuid7();
  const of = { id: runId, tenantId: 'default', threadId, assistantId: uuid7(), graphId: 'g', metadata: {}, inputDigest: '' };
  await database.prisma.run.create({ data: { ...of, status, attempt: ATTEMPT, payload: { create: { kwargs: {} } } } });
  return { runId, threadId };
}

const MOVES = RUN_STATUSES.flatMap((status) => (Object.keys(STATEMENTS) as RunAction[]).map((action) => [status, action] as const));

describe('the SQL guards repeat the table', () => {
  test.each(MOVES)('a %s run, on %s', async (status, action) => {
    const moves: Partial<Record<RunAction, RunStatus>> = RUN_TRANSITIONS[status];
    const run = await insertRun(status);
    await STATEMENTS[action](run).catch((error: unknown) => {
      if (!(error instanceof LeaseLost)) throw error;
    });
    const after = await database.prisma.run.findUniqueOrThrow({ where: { id: run.runId } });
    expect(after.status).toBe(moves[action] ?? status);
    expect(after.attempt).toBe(status === 'PENDING' && action === 'claim' ? ATTEMPT + 1 : ATTEMPT);
  });

  test('every move has a statement, and no statement knows another move', () => {
    const actions = new Set(Object.values(RUN_TRANSITIONS).flatMap((moves) => Object.keys(moves)));
    expect(new Set(Object.keys(STATEMENTS))).toEqual(actions);
  });

  test('a cancel is asked of RUNNING runs alone, ROLLBACK wins over INTERRUPT, and the first instant stays', async () => {
    for (const status of RUN_STATUSES) {
      const { runId } = await insertRun(status);
      const request = (action: 'INTERRUPT' | 'ROLLBACK') =>
        transact(database, (db) => requestCancelIfRunning(db, { runIds: [runId], action }));
      const read = async () => {
        const { cancelRequestedAt, cancelAction } = await database.prisma.run.findUniqueOrThrow({ where: { id: runId } });
        return { cancelRequestedAt, cancelAction };
      };
      await request('INTERRUPT');
      const first = await read();
      expect(first.cancelAction).toBe(status === 'RUNNING' ? 'INTERRUPT' : null);
      await request('ROLLBACK');
      await request('INTERRUPT');
      expect(await read()).toEqual({ ...first, cancelAction: status === 'RUNNING' ? 'ROLLBACK' : null });
    }
  });

  test('a RUNNING run that was told to stop is never put back into the queue', async () => {
    const run = await insertRun('RUNNING');
    await transact(database, (db) => requestCancelIfRunning(db, { runIds: [run.runId], action: 'INTERRUPT' }));
    expect(await release(run, true)).toBe(false);
    expect((await database.prisma.run.findUniqueOrThrow({ where: { id: run.runId } })).status).toBe('RUNNING');
  });
});
