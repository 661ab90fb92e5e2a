import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, codesOf, send } from '../support/client.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { runOn } from '../support/thread-states.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS });
});
afterAll(() => server.close());

/** A text that matches. */
function like(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

interface Inbox {
  readonly nodes: readonly {
    readonly interruptId: string;
    readonly value: string;
    readonly threadId: string;
    readonly resolvedAt: string | null;
  }[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const INBOX = `query ($filter: InterruptFilter, $first: Int, $after: String) { interrupts(filter: $filter, first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } nodes { interruptId value namespace taskId threadId resolvedAt thread { id status } run { id status } } } }`;

async function inbox(variables: object = {}): Promise<Inbox> {
  return (await ask<{ interrupts: Inbox }>(server.url, INBOX, variables)).interrupts;
}

const pause = (assistantId: string, input: object = {}) => runOn(server.url, { assistantId, input: {}, ...input });
const answer = (assistantId: string, threadId: string) => runOn(server.url, { assistantId, threadId, command: { resume: 'yes' } });

describe('the inbox', () => {
  it('lists what waits in all threads, oldest first, with thread and run, until it is answered', async () => {
    const [review, nested] = [await pause('review'), await pause('nested')];
    const { nodes } = await inbox();
    expect(nodes).toMatchObject([
      {
        value: 'approve?',
        namespace: [],
        thread: { id: review.threadId, status: 'INTERRUPTED' },
        run: { id: review.id, status: 'INTERRUPTED' },
      },
      { value: 'ask?', namespace: [like(/^outer:/), like(/^deep:/)], thread: { id: nested.threadId } },
    ]);
    await answer('review', review.threadId);
    expect((await inbox()).nodes).toEqual([nodes[1]]);
    await answer('nested', nested.threadId);
    expect(await inbox()).toMatchObject({ nodes: [], totalCount: 0 });
  });

  it('is filtered by thread, assistant, graph, metadata of the thread, and whether they wait', async () => {
    const mine = await pause('review');
    const other = await pause('fan');
    await ask(
      server.url,
      'mutation ($id: ID!) { updateThread(id: $id, input: { metadata: { team: { name: "north" } } }) { thread { id } } }',
      {
        id: mine.threadId,
      },
    );
    const threadsFor = async (filter: object): Promise<string[]> => (await inbox({ filter })).nodes.map(({ threadId }) => threadId);
    for (const filter of [
      { threadId: mine.threadId },
      { assistantId: 'review' },
      { graphId: 'review' },
      { threadMetadata: { team: { name: 'north' } } },
    ]) {
      expect(await threadsFor(filter)).toEqual([mine.threadId]);
    }
    expect(await threadsFor({ threadId: other.threadId, graphId: 'review' })).toEqual([]);
    expect(await threadsFor({ threadMetadata: { team: { name: 'south' } } })).toEqual([]);

    await answer('review', mine.threadId);
    expect(await threadsFor({ threadId: mine.threadId })).toEqual([]);
    const { nodes } = await inbox({ filter: { threadId: mine.threadId, pending: false } });
    expect(nodes).toMatchObject([{ value: 'approve?', resolvedAt: expect.any(String) as string }]);
  });

  it('comes page by page, with the number of all', async () => {
    const threads = [await pause('fan'), await pause('fan'), await pause('review')].map(({ threadId }) => threadId);
    const all = (await inbox()).nodes.filter(({ threadId }) => threads.includes(threadId));
    expect(all).toHaveLength(5);
    const seen: unknown[] = [];
    let after: string | null = null;
    do {
      const page: Inbox = await inbox({ first: 2, after });
      expect(page.nodes.length).toBeLessThanOrEqual(2);
      seen.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    const { nodes, totalCount } = await inbox();
    expect(seen).toEqual(nodes);
    expect(totalCount).toBe(nodes.length);
  });

  it('leaves out what a stateless run asked that is over', async () => {
    const { threadId } = await pause('review', { onCompletion: 'DELETE' });
    expect((await inbox({ filter: { threadId } })).nodes).toEqual([]);
  });

  it('refuses a thread id and a cursor that are none', async () => {
    expect(codesOf(await send(server.url, INBOX, { filter: { threadId: 'x' } }))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await send(server.url, INBOX, { after: 'nonsense' }))).toEqual(['BAD_USER_INPUT']);
  });
});
