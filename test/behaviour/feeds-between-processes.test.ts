import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { ask } from '../support/client.js';
import { makeTestAddress } from '../support/database.js';
import { type Feed, openFeed } from '../support/feed.js';
import { STATE_GRAPHS } from '../support/server.js';
import { runOn } from '../support/thread-states.js';

const isServer = inject('databaseTemplate').kind === 'server';

interface ChangeJson {
  readonly kind: string;
  readonly id: string | null;
  readonly thread?: { readonly status: string } | null;
  readonly run?: { readonly status: string } | null;
}

describe.skipIf(!isServer)('feeds of several processes (skipped on the embedded database, which has one process)', () => {
  let address: Awaited<ReturnType<typeof makeTestAddress>>;
  /** One that answers clients and executes runs, and one that only answers clients. */
  let here: { url: string; app: App };
  let there: { url: string; app: App };

  beforeAll(async () => {
    address = await makeTestAddress();
    [here, there] = [await start(true), await start(false)];
    // A process that connects wakes everybody in it; from then on it hears the others.
    const connected = new Promise<void>((resolve) => there.app.deps.signals.listen('run:hello', resolve));
    here.app.deps.signals.notify('run:hello');
    await connected;
  });
  afterAll(async () => {
    await Promise.all([here, there].map(({ app }) => app.stop('the test is over')));
    await address.remove();
  });

  async function start(executor: boolean): Promise<{ url: string; app: App }> {
    const env = { DATABASE_URL: address.address.databaseUrl ?? '', PORT: '0', LOG_LEVEL: 'silent', SHUTDOWN_GRACE_SECONDS: '0' };
    const app = await startApp({ ...readConfig(env), langgraphJson: STATE_GRAPHS, door: true, executor });
    return { url: `${app.url}/graphql`, app };
  }

  /** A feed that has begun. */
  async function watch(url: string, query: string): Promise<Feed<ChangeJson>> {
    const feed = openFeed<ChangeJson>(url, `subscription { ${query} }`);
    expect(await feed.next()).toMatchObject({ kind: 'RESYNC' });
    return feed;
  }

  const threads = 'threadsChanged { kind id: threadId thread { status } }';
  const runs = 'runStatusChanged { kind id: runId run { status } }';

  it('tell of threads and runs that another process creates, runs and deletes', async () => {
    const [threadFeed, runFeed] = [await watch(there.url, threads), await watch(there.url, runs)];
    const { threadId, id } = await runOn(here.url, { assistantId: 'chat', input: { messages: [] } });
    const told = await threadFeed.takeUntil(({ thread }) => thread?.status === 'IDLE');
    expect(new Set(told.map((change) => change.id))).toEqual(new Set([threadId]));
    expect((await runFeed.takeUntil(({ run }) => run?.status === 'SUCCESS')).at(-1)?.id).toBe(id);
    await ask(here.url, 'mutation ($id: ID!) { deleteThread(id: $id) { deletedId } }', { id: threadId });
    expect(await threadFeed.next()).toEqual({ kind: 'DELETED', id: threadId, thread: null });
    expect(await runFeed.next()).toEqual({ kind: 'DELETED', id, run: null });
    await Promise.all([threadFeed.close(), runFeed.close()]);
  });

  it('tell a thread’s events and one run’s status as another process makes them', async () => {
    const query = 'mutation { createThread { thread { id } } }';
    const { createThread } = await ask<{ createThread: { thread: { id: string } } }>(here.url, query);
    const threadId = createThread.thread.id;
    const replay = `threadEvents(threadId: "${threadId}", after: "") { __typename ... on ThreadRunEvent { event { __typename } } }`;
    const feed = openFeed<{ event?: { __typename: string } }>(there.url, `subscription { ${replay} }`);
    const { id } = await runOn(here.url, { assistantId: 'chat', threadId, input: { messages: [] } });
    await feed.takeUntil(({ event }) => event?.__typename === 'RunEndEvent');
    const status = openFeed<ChangeJson>(there.url, `subscription { runStatusChanged(runId: "${id}") { kind run { status } } }`);
    expect(await status.rest()).toEqual([{ kind: 'UPDATED', run: { status: 'SUCCESS' } }]);
    await Promise.all([feed.close(), status.close()]);
  });

  it('say RESYNC when signals may have been lost, and go on', async () => {
    const feed = await watch(there.url, threads);
    const client = new pg.Client({ connectionString: address.address.databaseUrl ?? '' });
    await client.connect();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'skein signals' AND datname = current_database()`,
    );
    await client.end();
    expect(await feed.next()).toMatchObject({ kind: 'RESYNC' });
    const { threadId } = await runOn(here.url, { assistantId: 'chat', input: { messages: [] } });
    const told = await feed.takeUntil(({ thread }) => thread?.status === 'IDLE');
    expect(told.at(-1)?.id).toBe(threadId);
    await feed.close();
  });
});
