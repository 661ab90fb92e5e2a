import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, update } from '../support/assistants.js';
import { ask, codesOf, send } from '../support/client.js';
import { ASSISTANT_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: ASSISTANT_GRAPHS });
  url = server.url;
});
afterAll(() => server.close());

const MESSAGES = { type: 'array', items: { $ref: '#/definitions/BaseMessage' }, langgraph_type: 'messages' };
const SCHEMAS = 'schemas { input output state config context }';

/** How many graphs the factory `make` has made. */
function countMade(): number {
  return (globalThis as { [key: symbol]: { count: number } | undefined })[Symbol.for('skein.test.made')]?.count ?? 0;
}

async function describeAssistant(id: string, fields: string): Promise<Record<string, Record<string, unknown>>> {
  return (
    await ask<{ assistant: Record<string, Record<string, unknown>> }>(url, `query ($id: ID!) { assistant(id: $id) { ${fields} } }`, { id })
  ).assistant;
}

describe('Assistant.graph', () => {
  const DRAWING = 'nodes { key name kind data metadata } edges { source target label conditional } mermaid';

  test('has nodes, edges and Mermaid, subgraphs closed unless asked otherwise', async () => {
    const { flat, none, one, all } = await describeAssistant(
      'nested',
      `flat: graph { ${DRAWING} } none: graph(xray: null) { mermaid } one: graph(xray: 1) { nodes { key } } all: graph(xray: -1) { ${DRAWING} }`,
    );
    expect(flat).toMatchObject({
      nodes: [
        { key: '__start__', name: '__start__', kind: 'schema' },
        { key: 'outer', name: 'outer', kind: 'runnable', data: { id: ['langgraph', 'pregel', 'CompiledStateGraph'], name: 'LangGraph' } },
        { key: 'outer2', metadata: {} },
        { key: 'before', kind: 'runnable', data: { name: 'before' }, metadata: { cost: 1 } },
      ],
      edges: [
        { source: '__start__', target: 'before', label: null, conditional: false },
        { source: 'before', target: 'outer', label: 'go', conditional: true },
        { source: 'before', target: 'outer2', label: 'skip', conditional: true },
      ],
    });
    expect(none).toEqual({ mermaid: flat?.['mermaid'] });
    expect(one).toMatchObject({ nodes: expect.arrayContaining([{ key: 'outer' }, { key: 'outer2:think' }]) as unknown });
    expect(all).toMatchObject({
      nodes: expect.arrayContaining([expect.objectContaining({ key: 'outer:deep:think', name: 'think' })]) as unknown,
      mermaid: expect.stringMatching(/subgraph outer\n\tsubgraph deep\n\touter_deep_think --> outer_deep_tell;/) as unknown,
    });
  });

  test("is of the live version, with the assistant's config", async () => {
    const { id } = await create(url, { graphId: 'make', config: { configurable: { nodes: ['first'] } } });
    const keys = async (): Promise<unknown> =>
      ((await describeAssistant(id, 'graph { nodes { key } }'))['graph'] as { nodes: { key: string }[] } | undefined)?.nodes.map(
        ({ key }) => key,
      );
    expect(await keys()).toContain('first');
    await update(url, id, { config: { configurable: { nodes: ['second'] } } });
    expect(await keys()).toContain('second');
    await update(url, id, { graphId: 'echo' });
    expect(await keys()).toContain('see');
  });

  test('cannot be had of what does not exist, or cannot be made', async () => {
    const query = 'query ($id: ID!, $xray: Int) { assistant(id: $id) { graph(xray: $xray) { mermaid } } }';
    expect(codesOf(await send(url, query, { id: 'echo', xray: -2 }))).toEqual(['BAD_USER_INPUT']);
    const { id } = await create(url, { graphId: 'make', config: { configurable: { nodes: ['broken'] } } });
    const broken = await send(url, query, { id });
    expect(broken.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('"broken"') as unknown },
    ]);
    expect(codesOf(await send(url, query, { id: await addStranded() }))).toEqual(['GRAPH_NOT_FOUND']);
  });
});

describe('Assistant.schemas', () => {
  test('are there for states written in every way, each with its properties at the top level', async () => {
    const told = ['four', 'three', 'chatThree', 'odd', 'state', 'agent', 'rich', 'narrow', 'chat', 'nested', 'make', 'chatInJavaScript'];
    const fields = told.map((graphId) => `${graphId}: assistant(id: "${graphId}") { ${SCHEMAS} }`).join('\n');
    const answer = await send<Record<string, { schemas: Record<string, object | null> }>>(url, `{ ${fields} }`);
    expect(codesOf(answer)).toEqual([]);
    for (const graphId of told) {
      const { input, output, state } = answer.data?.[graphId]?.schemas ?? {};
      for (const schema of [input, output, state]) expect(schema).toMatchObject({ type: 'object', properties: {} });
    }
    const chats = { chatThree: 'messages', odd: 'messages', state: 'messages', agent: 'messages', chat: 'messages', rich: 'chat' };
    for (const [graphId, key] of Object.entries(chats))
      expect(answer.data?.[graphId]?.schemas['state']).toMatchObject({ properties: { [key]: MESSAGES } });
    for (const graphId of ['four', 'three', 'rich']) {
      const { config, context } = answer.data?.[graphId]?.schemas ?? {};
      expect(config).toMatchObject({ properties: { model: {} } });
      expect(context).toEqual(config);
    }
  });

  test('are null where the graph tells nothing, and never an error', async () => {
    const nothing = { schemas: { input: null, output: null, state: null, config: null, context: null } };
    expect(await describeAssistant('plain', SCHEMAS)).toEqual(nothing);
    expect(await describeAssistant(await addStranded(), SCHEMAS)).toEqual(nothing);
    const { id } = await create(url, { graphId: 'make', config: { configurable: { nodes: ['broken'] } } });
    expect(await describeAssistant(id, SCHEMAS)).toMatchObject({ schemas: { state: { properties: { topic: { type: 'string' } } } } });
  });
});

describe('Assistant.subgraphs', () => {
  test('are those in the nodes, those in theirs when asked, or one by its namespace, each with its schemas', async () => {
    const { direct, all, deep, none } = await describeAssistant(
      'nested',
      `direct: subgraphs { namespace graphId schemas { state } }
       all: subgraphs(recurse: true) { namespace }
       deep: subgraphs(namespace: "outer|deep", recurse: true) { namespace schemas { input } }
       none: subgraphs(namespace: "nowhere") { namespace }`,
    );
    const topic = { topic: { type: 'string' } };
    expect(direct).toMatchObject([
      { namespace: 'outer', graphId: 'nested', schemas: { state: { properties: { ...topic, list: { type: 'array' } } } } },
      { namespace: 'outer2', graphId: 'nested', schemas: { state: { properties: topic } } },
    ]);
    expect(all).toEqual([{ namespace: 'outer' }, { namespace: 'outer|deep' }, { namespace: 'outer2' }]);
    expect(deep).toMatchObject([{ namespace: 'outer|deep', schemas: { input: { properties: topic } } }]);
    expect(none).toEqual([]);
  });
});

test('a list of assistants makes each graph once, however many of them ask', async () => {
  const one = { graphId: 'make', config: { configurable: { nodes: ['one'] } }, metadata: { list: 'many' } };
  const two = { ...one, config: { configurable: { nodes: ['two'] } } };
  for (const input of [one, one, one, two, two]) await create(url, input);
  const query = `{ assistants(filter: { metadata: { list: "many" } }) { nodes { graph(xray: -1) { nodes { key } } ${SCHEMAS} subgraphs { namespace } } } }`;
  const before = countMade();
  const { assistants } = await ask<{ assistants: { nodes: { graph: { nodes: { key: string }[] } }[] } }>(url, query);
  expect(countMade() - before).toBe(2);
  expect(assistants.nodes.map(({ graph }) => graph.nodes[1]?.key)).toEqual(['two', 'two', 'one', 'one', 'one']);
});

/** An assistant whose graph has left langgraph.json since. */
async function addStranded(): Promise<string> {
  const { id } = await create(url);
  await server.app.deps.database.prisma.assistant.update({ where: { id }, data: { graphId: 'gone' } });
  return id;
}
