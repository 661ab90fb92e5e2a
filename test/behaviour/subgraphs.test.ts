import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, type EventRecord, openSocket } from '../support/client.js';
import { type GraphPair, openPair, readEvents } from '../support/graph-pair.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { readHistory, readState } from '../support/thread-states.js';

const GRAPHS = fileURLToPath(new URL('../support/human-graphs/langgraph.json', import.meta.url));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: GRAPHS });
});
afterAll(() => server.close());

/** The nodes of a namespace, without the ids of their tasks. */
const nodesOf = ({ namespace }: { readonly namespace: readonly string[] }): string => namespace.map((part) => part.split(':')[0]).join('|');
const GRAPH_EVENTS = ['RunValuesEvent', 'RunUpdatesEvent', 'RunCustomEvent'];

/** What a subscription to the run delivers. */
async function follow(runId: string, subgraphs: boolean): Promise<EventRecord[]> {
  const socket = openSocket(server.url);
  const query = `subscription ($runId: ID!, $subgraphs: Boolean!) { runEvents(runId: $runId, subgraphs: $subgraphs) { __typename eventId seq namespace data } }`;
  try {
    const answers = await collect(socket.iterate<{ runEvents: EventRecord }>({ query, variables: { runId, subgraphs } }));
    return answers.map(({ data }) => data!.runEvents);
  } finally {
    await socket.dispose();
  }
}

async function pause(step: object = {}): Promise<{ pair: GraphPair; runId: string }> {
  const pair = openPair(server.url, 'nested');
  const { id } = await pair.run({ input: {}, ...step });
  return { pair, runId: id };
}

describe('the events of nested graphs', () => {
  it('bear the path of their graph when they are streamed, and a subscription may leave them out', async () => {
    const { runId } = await pause({ streamSubgraphs: true });
    const all = await follow(runId, true);
    expect(new Set(all.map(nodesOf))).toEqual(new Set(['', 'outer', 'outer|deep']));
    for (const { namespace } of all) for (const part of namespace) expect(part).toMatch(/^\w+:[0-9a-f-]{36}$/);
    const ofRoot = all.filter(({ namespace }) => namespace.length === 0);
    expect(ofRoot.some(({ __typename }) => GRAPH_EVENTS.includes(__typename))).toBe(true);
    expect(await follow(runId, false)).toEqual(ofRoot);
  });

  it('are the root’s alone when they are not streamed', async () => {
    const { runId } = await pause({ streamSubgraphs: false });
    expect(new Set((await readEvents(server.url, runId)).map(nodesOf))).toEqual(new Set(['']));
    expect(await follow(runId, true)).toEqual(await follow(runId, false));
  });

  it('say in which graph a question was asked', async () => {
    const { pair, runId } = await pause({ streamSubgraphs: true });
    const asked = (await readEvents(server.url, runId)).filter(
      ({ __typename, data }) => __typename === 'RunUpdatesEvent' && '__interrupt__' in (data as object),
    );
    expect(asked.map(nodesOf)).toContain('outer|deep');
    const { interrupts } = (await readState(server.url, pair.threadId()))!;
    expect(interrupts.map(nodesOf)).toEqual(['outer|deep']);
  });
});

describe('the namespaces of nested graphs', () => {
  it('keep their own history, also after the run', async () => {
    const { pair } = await pause();
    const outer = (await readState(server.url, pair.threadId()))!.tasks[0]!.checkpoint!.checkpointNs;
    const deep = (await readState(server.url, pair.threadId(), { checkpoint: { checkpointNs: outer } }))!.tasks[0]!.checkpoint!
      .checkpointNs;
    expect(deep.startsWith(`${outer}|deep:`)).toBe(true);
    await pair.run({ resume: 'one' });
    await pair.run({ resume: 'two' });
    await pair.expectEqual();
    for (const [checkpointNs, steps] of [
      [outer, ['before', 'before', 'think', 'ask:"one"', 'ask:"two"', 'after']],
      [deep, ['before', 'before', 'think', 'ask:"one"', 'ask:"two"']],
    ] as const) {
      const { nodes } = await readHistory(server.url, pair.threadId(), { checkpoint: { checkpointNs } });
      expect(nodes.map(({ checkpoint }) => checkpoint.checkpointNs)).toEqual(nodes.map(() => checkpointNs));
      expect((nodes[0]!.values['steps'] as string[]).slice(-steps.length).join()).toContain(steps.slice(-3).join());
    }
  });

  it.each([
    ['the innermost graph', 'think', 2],
    ['the graph between', 'deep', 1],
  ])('can be updated while a question waits: %s, and the run that follows goes on from the change', async (_which, asNode, depth) => {
    const { pair } = await pause();
    await pair.update({ steps: ['by hand'] }, asNode, (state) => (depth === 2 ? state.inner[0]?.inner[0] : state.inner[0]));
    await pair.expectEqual();
    const { events } = await pair.run(depth === 2 ? { resume: 'one', streamSubgraphs: true } : { input: null, streamSubgraphs: true });
    expect(JSON.stringify(events)).toContain('by hand');
    await pair.expectEqual();
  });
});
