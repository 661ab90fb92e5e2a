import { afterAll, beforeAll, expect, test } from 'vitest';
import { create, setVersion, tryDelete, update } from '../support/assistants.js';
import { ask } from '../support/client.js';
import { getGates } from '../support/gates.js';
import { createRunOn, joinRunOf } from '../support/runs.js';
import { ASSISTANT_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const gates = getGates();
let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: ASSISTANT_GRAPHS });
  url = server.url;
});
afterAll(() => server.close());

const ONE = { config: { tags: ['one'], configurable: { model: 'one', kept: 1 } }, context: { user: 'one' }, metadata: { stage: 'one' } };
const TWO = { config: { tags: ['two'], configurable: { model: 'two' } }, context: { user: 'two' }, metadata: { stage: 'two' } };
const SEEN_ONE = {
  tags: ['one'],
  context: { user: 'one' },
  metadata: { stage: 'one' },
  configurable: { model: 'one', kept: 1, graph_id: 'echo' },
};
const SEEN_TWO = { tags: ['two'], context: { user: 'two' }, metadata: { stage: 'two' }, configurable: { model: 'two', graph_id: 'echo' } };

/** What the graph saw of the assistant that it was called for. */
async function seenBy(run: object): Promise<unknown> {
  const { id } = await createRunOn(url, { input: {}, ...run });
  return (await joinRunOf(url, id)).values;
}

test("a run has its assistant's live graph, config, context and metadata", async () => {
  const { id } = await create(url, ONE);
  expect(await seenBy({ assistantId: id })).toMatchObject({ seen: { ...SEEN_ONE, configurable: { assistant_id: id } } });
  await update(url, id, TWO);
  const second = await seenBy({ assistantId: id });
  expect(second).toMatchObject({ seen: SEEN_TWO });
  expect(second).not.toMatchObject({ seen: { configurable: { kept: 1 } } });
  await setVersion(url, id, 1);
  expect(await seenBy({ assistantId: id })).toMatchObject({ seen: SEEN_ONE });
  await update(url, id, { graphId: 'other' });
  expect(await seenBy({ assistantId: id })).toMatchObject({ seen: { configurable: { graph_id: 'other' } } });
});

test("a run's own config, context and metadata win, key by key", async () => {
  const { id } = await create(url, ONE);
  const own = { config: { tags: ['own'], configurable: { model: 'own' } }, context: { more: 1 }, metadata: { mine: true } };
  expect(await seenBy({ assistantId: id, ...own })).toMatchObject({
    seen: {
      tags: ['one', 'own'],
      context: { user: 'one', more: 1 },
      metadata: { stage: 'one', mine: true },
      configurable: { model: 'own', kept: 1 },
    },
  });
});

test("a run's metadata names its own graph and assistant, whatever its thread was used for before", async () => {
  const first = await createRunOn(url, { assistantId: 'steps', input: {} });
  const { threadId } = first;
  await gates.reached(`${first.id}/one`);
  const second = await createRunOn(url, { threadId, assistantId: 'echo', input: {}, multitaskStrategy: 'ENQUEUE' });
  for (const node of ['one', 'two', 'three']) gates.open(`${first.id}/${node}`);
  const { values } = await joinRunOf(url, second.id);
  const third = await createRunOn(url, { threadId, assistantId: 'other', input: {} });
  await joinRunOf(url, third.id);

  const query = `query ($threadId: ID!, $metadata: JSONObject) {
    runs(filter: { threadId: $threadId, metadata: $metadata }) { nodes { id assistantId metadata } } }`;
  for (const [graphId, { id }] of [['steps', first] as const, ['echo', second] as const, ['other', third] as const]) {
    const { runs } = await ask<{ runs: { nodes: { id: string; assistantId: string; metadata: { assistant_id?: string } }[] } }>(
      url,
      query,
      {
        threadId,
        metadata: { graph_id: graphId },
      },
    );
    expect(runs.nodes.map((run) => run.id)).toEqual([id]);
    expect(runs.nodes.map((run) => run.metadata.assistant_id)).toEqual(runs.nodes.map((run) => run.assistantId));
  }
  expect(values).toMatchObject({ seen: { metadata: { graph_id: 'echo' } } });
});

test('what happens to the assistant after a run was created does not alter the run', async () => {
  const { id } = await create(url, ONE);
  const first = await createRunOn(url, { assistantId: 'steps', input: {} });
  await gates.reached(`${first.id}/one`);
  const run = await createRunOn(url, { assistantId: id, threadId: first.threadId, input: {}, multitaskStrategy: 'ENQUEUE' });
  await update(url, id, { ...TWO, graphId: 'other' });
  for (const node of ['one', 'two', 'three']) gates.open(`${first.id}/${node}`);
  expect((await joinRunOf(url, run.id)).values).toMatchObject({ seen: { ...SEEN_ONE, configurable: { assistant_id: id } } });
  const query = 'query ($id: ID!) { run(id: $id) { context metadata assistant { version } } }';
  expect(await ask(url, query, { id: run.id })).toMatchObject({
    run: { context: { user: 'one' }, metadata: { stage: 'one' }, assistant: { version: 2 } },
  });
});

test('a run stays readable when its assistant has a new name, and goes with it', async () => {
  const { id } = await create(url, { name: 'old' });
  const run = await createRunOn(url, { assistantId: id, input: {} });
  await joinRunOf(url, run.id);
  await update(url, id, { name: 'new' });
  const query = 'query ($run: ID!, $id: ID!) { run(id: $run) { assistant { name } } runs(filter: { assistantId: $id }) { nodes { id } } }';
  expect(await ask(url, query, { run: run.id, id })).toEqual({ run: { assistant: { name: 'new' } }, runs: { nodes: [{ id: run.id }] } });
  await tryDelete(url, id);
  expect(await ask(url, query, { run: run.id, id })).toEqual({ run: null, runs: { nodes: [] } });
});
