import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DURABILITIES, type Durability } from '../../src/domain/stream-mode.js';
import { type HoldingServer, startHoldingServer } from '../support/holding-server.js';
import { createRunOn, eventsOf, joinRunOf, readThread } from '../support/runs.js';

const NODES = ['one', 'two', 'three'];

/** A run of three nodes on a thread that has a state already. */
interface Killed {
  readonly id: string;
  readonly threadId: string;
  /** The steps of its checkpoints that were on disk after the kill, oldest first. */
  readonly stepsOnDisk: readonly number[];
  /** Values of the newest state on disk, and whether that state is the run's. */
  readonly newestIsOwn: boolean;
}

let server: HoldingServer;
const killed = new Map<Durability, Killed>();

beforeAll(async () => {
  server = await startHoldingServer();
  const runs = await Promise.all(DURABILITIES.map(async (durability) => [durability, await holdInThirdNode(durability)] as const));
  await server.kill();
  for (const [durability, run] of runs) killed.set(durability, { ...run, ...(await look(run)) });
  await server.start();
});
afterAll(() => server.remove());

async function holdInThirdNode(durability: Durability): Promise<{ id: string; threadId: string }> {
  const options = { assistantId: 'in_third_node', input: {}, durability, streamModes: ['CUSTOM'] };
  const before = await createRunOn(server.url, { ...options, assistantId: 'plain' });
  await joinRunOf(server.url, before.id);
  const run = await createRunOn(server.url, { ...options, threadId: before.threadId });
  await server.whenHolding(run.id);
  return run;
}

function look({ id, threadId }: { id: string; threadId: string }): Promise<Pick<Killed, 'stepsOnDisk' | 'newestIsOwn'>> {
  return server.inspect(async ({ prisma }) => {
    const checkpoints = await prisma.checkpoint.findMany({ where: { threadId }, orderBy: { checkpointId: 'asc' } });
    const own = checkpoints.filter(({ runId }) => runId === id);
    return {
      stepsOnDisk: own.map(({ metadata }) => (metadata as { step: number }).step),
      newestIsOwn: checkpoints.at(-1)?.runId === id,
    };
  });
}

/** The nodes that began, attempt after attempt. */
async function begunNodes(runId: string): Promise<string[]> {
  const events = await eventsOf(server.url, runId);
  return events.flatMap(({ __typename, data }) =>
    __typename === 'RunCustomEvent' && typeof data === 'string' && data.startsWith('begin ') ? [data.slice('begin '.length)] : [],
  );
}

describe('after a kill in the third node of a run', () => {
  it('SYNC has every checkpoint up to that node: it alone runs again', async () => {
    const { id, stepsOnDisk } = killed.get('SYNC')!;
    // The input, what START made of it, and the two nodes that had ended.
    const first = stepsOnDisk[0]!;
    expect(stepsOnDisk).toEqual([first, first + 1, first + 2, first + 3]);
    await joinRunOf(server.url, id);
    expect(await begunNodes(id)).toEqual([...NODES, 'three']);
  });

  it('ASYNC has them but for the last ones, which were on their way: what follows the newest on disk runs again', async () => {
    const { id, stepsOnDisk } = killed.get('ASYNC')!;
    const first = stepsOnDisk[0]!;
    expect(stepsOnDisk).toEqual([first, first + 1, first + 2, first + 3].slice(0, stepsOnDisk.length));
    await joinRunOf(server.url, id);
    expect(await begunNodes(id)).toEqual([...NODES, ...NODES.slice(Math.max(0, stepsOnDisk.length - 2))]);
  });

  it('EXIT has none, and the state is the one before the run: all of it runs again', async () => {
    const { id, stepsOnDisk, newestIsOwn } = killed.get('EXIT')!;
    expect([stepsOnDisk, newestIsOwn]).toEqual([[], false]);
    await joinRunOf(server.url, id);
    expect(await begunNodes(id)).toEqual([...NODES, ...NODES]);
  });

  it.each(DURABILITIES)('%s ends with each step counted once', async (durability) => {
    const { id, threadId } = killed.get(durability)!;
    expect(await joinRunOf(server.url, id)).toMatchObject({ run: { status: 'SUCCESS' }, values: { steps: ['a', 'b', 'c', ...NODES] } });
    expect(await readThread(server.url, threadId)).toMatchObject({ status: 'IDLE', values: { steps: ['a', 'b', 'c', ...NODES] } });
  });
});
