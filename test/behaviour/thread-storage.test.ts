import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { ask, codesOf, send } from '../support/client.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { copyThread, createThread, readThread, runOn } from '../support/thread-states.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

const say = (threadId: string | undefined, content: string): Promise<{ threadId: string }> =>
  runOn(server.url, { assistantId: 'chat', threadId, input: { messages: [{ role: 'user', content }] } });

describe('Thread.storage', () => {
  it('is nothing for a thread on which nothing has happened', async () => {
    const { storage } = await createThread(server.url, {});
    expect(storage).toEqual({ checkpointCount: 0, checkpointBytes: 0, eventCount: 0, eventBytes: 0 });
  });

  it('counts the checkpoints of all namespaces, and the events', async () => {
    const { threadId } = await runOn(server.url, { assistantId: 'nested', input: {} });
    const { prisma } = server.app.deps.database;
    const where = { threadId };
    const { storage } = await readThread(server.url, threadId);
    expect(storage.checkpointCount).toBe(await prisma.checkpoint.count({ where }));
    expect(storage.eventCount).toBe(await prisma.runEvent.count({ where }));
    expect(await prisma.checkpoint.count({ where: { threadId, checkpointNs: { not: '' } } })).toBeGreaterThan(0);
  });

  it('grows with what is said: at least by its bytes while they are kept as they are, by fewer once the database compresses them', async () => {
    const { threadId } = await say(undefined, 'hello');
    const before = (await readThread(server.url, threadId)).storage;
    const noise = Array.from({ length: 1_000 }, (_, at) => Math.sin(at).toString(36).slice(3, 5)).join('');
    await say(threadId, noise);
    const after = (await readThread(server.url, threadId)).storage;
    expect(after.checkpointBytes - before.checkpointBytes).toBeGreaterThan(noise.length);
    expect(after.eventBytes - before.eventBytes).toBeGreaterThan(noise.length);
    await say(threadId, 'a'.repeat(100_000));
    const last = (await readThread(server.url, threadId)).storage;
    expect(last.checkpointBytes - after.checkpointBytes).toBeLessThan(100_000);
    expect(last.eventBytes - after.eventBytes).toBeLessThan(100_000);
  });

  it('of a copy is that of its checkpoints', async () => {
    const { threadId } = await say(undefined, 'hello');
    const source = (await readThread(server.url, threadId)).storage;
    const copy = (await copyThread(server.url, threadId)).storage;
    expect(copy.checkpointCount).toBe(source.checkpointCount);
    // The copies name no run: sixteen bytes less a row, and a little that lies between.
    expect(copy.checkpointBytes).toBeLessThanOrEqual(source.checkpointBytes);
    expect(copy.checkpointBytes).toBeGreaterThan(source.checkpointBytes / 2);
  });

  it('of a page of threads is read in one statement', async () => {
    const { threadId } = await say(undefined, 'hello');
    const ids = [threadId, (await copyThread(server.url, threadId)).id, (await createThread(server.url, {})).id];
    const { database } = server.app.deps;
    const statements: string[] = [];
    const door = await server.openDoor({}, { database: { ...database, prisma: countRaw(database.prisma, statements) } });
    const count = async (fields: string): Promise<number> => {
      statements.length = 0;
      await ask(door.url, `query ($ids: [ID!]) { threads(filter: { ids: $ids }) { nodes { id ${fields} } } }`, { ids });
      return statements.length;
    };
    const without = await count('');
    expect(await count('storage { checkpointCount } again: storage { eventBytes }')).toBe(without + 1);
    await door.stop();
  });

  it('is dear: a hundred threads may be measured at once, not four times a hundred', async () => {
    const page = (fields: string): string => `{ threads(first: 100) { nodes { ${fields} } } }`;
    const storage = 'storage { checkpointBytes eventBytes }';
    expect(codesOf(await send(server.url, page(storage)))).toEqual([]);
    const many = ['a', 'b', 'c', 'd'].map((alias) => `${alias}: ${storage}`).join(' ');
    expect(codesOf(await send(server.url, page(many)))).toEqual(['OPERATION_TOO_COMPLEX']);
  });
});

/** The same client; `statements` gets a line for each raw statement. */
function countRaw(prisma: Database['prisma'], statements: string[]): Database['prisma'] {
  return new Proxy(prisma, {
    get(target, name) {
      if (name === '$queryRaw') statements.push(name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
