import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getConfigTypeSchema, getInputTypeSchema, getOutputTypeSchema, getStateTypeSchema } from '@langchain/langgraph/zod/schema';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeSystemClock } from '../../src/adapters/system-clock.js';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { EMPTY_RUN_CONFIG } from '../../src/domain/run-config.js';
import type { RunnableGraph } from '../../src/langgraph/call/runnable-graph.js';
import { makeGraphDescriptions } from '../../src/langgraph/describe/describe-graphs.js';
import { makeSourceReader } from '../../src/langgraph/describe/source-schemas.js';
import { type LoadedGraphs, loadGraphs } from '../../src/langgraph/load/load-graphs.js';
import type { GraphDescriptions, GraphSchemas } from '../../src/ports/graph-descriptions.js';
import { makeManualClock } from '../support/manual-clock.js';
import { ASSISTANT_GRAPHS } from '../support/server.js';

let loaded: LoadedGraphs;
let descriptions: GraphDescriptions;
const faults: string[] = [];
beforeAll(async () => {
  loaded = await loadGraphs(ASSISTANT_GRAPHS);
  const telemetry = makeTelemetry();
  telemetry.subscribe((name, facts) => {
    if (name === 'graph.schemaUnknown') faults.push((facts as { graphId: string }).graphId);
  });
  descriptions = makeGraphDescriptions({
    loaded,
    source: makeSourceReader({ specs: [...loaded.graphs.values()], clock: makeSystemClock() }),
    telemetry,
  });
});

const viewOf = (graphId: string, configurable = {}) => ({
  graphId,
  config: { ...EMPTY_RUN_CONFIG, configurable },
  context: null,
  metadata: {},
});
const schemasOf = (graphId: string): Promise<GraphSchemas> => descriptions.describe(viewOf(graphId));

async function open(graphId: string): Promise<RunnableGraph> {
  const graph = await loaded.graphs.get(graphId)?.open({ configurable: {} });
  if (!graph) throw new Error(`${graphId} is not loaded.`);
  return graph;
}

/** As it is on the wire. */
function json(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };
const MESSAGES = { type: 'array', items: { $ref: '#/definitions/BaseMessage' }, langgraph_type: 'messages' };
const definitions = { BaseMessage: expect.objectContaining({ title: 'BaseMessage', type: 'object' }) as unknown };

describe('what a graph tells of itself at run time', () => {
  test.each(['four', 'narrowFour', 'three'])('%s, a state in Zod, is what LangGraph makes of it', async (graphId) => {
    const graph = await open(graphId);
    expect(await schemasOf(graphId)).toEqual({
      state: json(getStateTypeSchema(graph)),
      input: json(getInputTypeSchema(graph)),
      output: json(getOutputTypeSchema(graph)),
      config: json(getConfigTypeSchema(graph)),
      context: json(getConfigTypeSchema(graph)),
    });
  });

  test('the types of reducers are those of updates, and every key of an input may be left out', async () => {
    for (const graphId of ['four', 'three']) {
      const { state, input } = await schemasOf(graphId);
      expect(state).toMatchObject({ properties: { topic: TEXT, list: TEXTS }, required: expect.arrayContaining(['topic']) as unknown });
      expect(input).toMatchObject({ properties: { topic: TEXT, list: TEXT } });
      expect(input).not.toHaveProperty('required');
    }
  });

  test('a Zod state that LangGraph cannot convert is told all the same', async () => {
    await expect(open('odd').then((graph) => getStateTypeSchema(graph))).rejects.toThrow();
    const { state, input, output } = await schemasOf('odd');
    const properties = { messages: MESSAGES, at: { type: 'string', format: 'date-time' }, topic: TEXT };
    expect(state).toMatchObject({ type: 'object', properties, definitions });
    expect(output).toEqual(state);
    expect(input).toMatchObject({ properties });
    expect(resolve(state, '#/properties/tree/properties/children/items')).toEqual(resolve(state, '#/properties/tree'));
  });

  test('a StateSchema is what LangGraph makes of it, and what it leaves out besides', async () => {
    const { state, input, output, config } = await schemasOf('state');
    const told = json(getStateTypeSchema(await open('state'))) as { properties: Record<string, object>; required: string[] };
    const { messages: _messages, tree: _tree, ...plain } = told.properties;
    expect(plain).toHaveProperty('warmth', { type: 'number', minimum: -273.15 });
    expect(state).toMatchObject({ type: 'object', properties: plain });
    expect(state).toMatchObject({
      properties: { messages: MESSAGES, old: { type: 'string', minLength: 2 }, at: { type: 'string', format: 'date-time' }, unknown: {} },
      required: [...told.required, 'unknown', 'old', 'at'],
      definitions,
    });
    expect(output).toEqual(state);
    expect(input).toMatchObject({ properties: { history: TEXT, step: TEXT, messages: MESSAGES } });
    expect(input).not.toHaveProperty('required');
    expect(config).toBeNull();
  });

  test("a field's reference to itself points at the field", async () => {
    const { state } = await schemasOf('state');
    expect(resolve(state, '#/properties/tree/properties/children/items')).toBe(resolve(state, '#/properties/tree'));
  });

  test('what createAgent makes is a chat', async () => {
    const { state, input, output } = await schemasOf('agent');
    for (const schema of [state, input, output]) expect(schema).toMatchObject({ properties: { messages: MESSAGES }, definitions });
  });
});

describe('what only the TypeScript source tells', () => {
  test('the state, the update and the config of Annotation.Root, in the form that values have on the wire', async () => {
    const { state, input, output, config, context } = await schemasOf('rich');
    const tree = { type: 'object', properties: { name: TEXT, children: { type: 'array', items: { $ref: '#/definitions/Tree' } } } };
    const properties = {
      topic: { type: 'string', description: 'What it is about.' },
      mood: { anyOf: [{ enum: ['calm', 'cross'] }, { type: 'null' }] },
      note: TEXT,
      list: TEXTS,
      chat: MESSAGES,
      log: MESSAGES,
      last: { anyOf: [{ type: 'null' }, { $ref: '#/definitions/BaseMessage' }] },
      tree: { ...tree, required: ['name', 'children'] },
      at: { type: 'string', format: 'date-time' },
      byName: {
        type: 'object',
        additionalProperties: { type: 'object', properties: { score: { type: 'number' }, sure: { type: 'boolean' } }, required: ['sure'] },
      },
      pair: { type: 'array', items: [TEXT, { type: 'number' }], minItems: 2, maxItems: 2 },
      whatever: {},
    };
    const required = ['topic', 'mood', 'list', 'chat', 'log', 'last', 'tree', 'at', 'byName', 'pair'];
    const withTree = { ...definitions, Tree: { ...tree, required: ['name', 'children'] } };
    expect(state).toEqual({ type: 'object', properties, required, definitions: withTree });
    expect(output).toEqual(state);
    expect(input).toEqual({
      type: 'object',
      properties: { ...properties, list: { anyOf: expect.arrayContaining([TEXT, TEXTS]) as unknown } },
      definitions: withTree,
    });
    expect(config).toEqual({
      type: 'object',
      properties: { model: { enum: ['small', 'big'] }, temperature: { type: 'number' } },
      required: ['model'],
    });
    expect(context).toEqual(config);
  });

  test('types whose form on the wire is not what is written', async () => {
    const { state } = await schemasOf('shapes');
    expect(state).toMatchObject({
      properties: {
        counter: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] },
        level: { enum: expect.arrayContaining(['low', 'high', 3]) as unknown },
        names: TEXTS,
        sizes: { type: 'object', additionalProperties: TEXT },
        bytes: { type: 'string', contentEncoding: 'base64' },
        id: TEXT,
        flag: { type: 'boolean' },
        tuple: { type: 'array', items: [TEXT, { type: 'number' }], minItems: 1 },
      },
    });
    expect(Object.keys(resolve(state, '#/properties/counter/properties') ?? {})).toEqual(['total']);
    expect(state?.['required']).not.toContain('flag');
  });

  test('a type that contains itself', async () => {
    const { state } = await schemasOf('shapes');
    const { anyOf } = resolve(state, '#/properties/json') as { anyOf: { type: string; items?: { anyOf: object[] } }[] };
    expect(anyOf.map(({ type }) => type).sort()).toEqual(['array', 'boolean', 'null', 'number', 'object', 'string']);
    const list = anyOf.find(({ type }) => type === 'array');
    expect(
      list?.items?.anyOf.some((inner) => '$ref' in inner && (resolve(state, String(inner.$ref)) as { type: string }).type === 'array'),
    ).toBe(true);
    expect(JSON.stringify(state).length).toBeLessThan(5_000);
  });

  test('an input and an output of their own', async () => {
    const { state, input, output, config } = await schemasOf('narrow');
    expect(state).toMatchObject({ properties: { topic: TEXT, list: TEXTS, tree: { type: 'object' } } });
    expect(input).toEqual({ type: 'object', properties: { topic: TEXT } });
    expect(output).toEqual({ type: 'object', properties: { list: TEXTS }, required: ['list'] });
    expect(config).toBeNull();
  });

  test('MessagesAnnotation is a chat', async () => {
    const { state, input, output } = await schemasOf('chat');
    for (const schema of [state, input, output])
      expect(schema).toMatchObject({ type: 'object', properties: { messages: MESSAGES }, definitions });
  });

  test('input and output of an entrypoint, which has no state', async () => {
    expect(await schemasOf('echoing')).toEqual({
      input: { type: 'object', properties: { question: TEXT }, required: ['question'] },
      output: { type: 'object', properties: { answer: TEXT }, required: ['answer'] },
      ...{ state: null, config: null, context: null },
    });
  });

  test('the graph of a factory, even one that cannot be called', async () => {
    const schema = { type: 'object', properties: { topic: TEXT } };
    expect(await schemasOf('make')).toMatchObject({ state: schema, input: schema, output: schema });
    expect(await descriptions.describe(viewOf('make', { nodes: ['broken'] }))).toMatchObject({ state: schema });
    expect(faults).toContain('make');
  });
});

describe('what nobody can tell is null', () => {
  const NOTHING = { state: null, input: null, output: null, config: null, context: null };

  test('Annotation.Root in JavaScript', async () => {
    expect(await schemasOf('plain')).toEqual(NOTHING);
  });

  test('but a chat in JavaScript is told by how it merges messages', async () => {
    const chat = { type: 'object', properties: { messages: MESSAGES, topic: {} }, definitions };
    expect(await schemasOf('chatInJavaScript')).toEqual({ ...NOTHING, state: chat, input: chat, output: chat });
  });

  test('a graph that is not loaded', async () => {
    expect(await schemasOf('gone')).toEqual(NOTHING);
    expect(faults).toContain('gone');
  });
});

describe('reading the TypeScript source', () => {
  const spec = (exportName: string) => ({
    file: fileURLToPath(new URL('../support/assistant-graphs/annotation.ts', import.meta.url)),
    exportName,
  });

  test('leaves the main thread free', async () => {
    const reader = makeSourceReader({ specs: [], clock: makeSystemClock() });
    let done = false;
    const reading = reader.find(spec('rich'), unexpected).finally(() => (done = true));
    let turns = 0;
    for (; !done; turns += 1) await nextTurn();
    expect(await reading).toMatchObject({ '': { state: { type: 'object' } } });
    expect(turns).toBeGreaterThan(1_000);
  });

  test('has a time limit, after which nothing is told; the next question is a new one', async () => {
    const clock = makeManualClock();
    const reader = makeSourceReader({ specs: [], clock, timeLimitMs: 5_000 });
    const heard: unknown[] = [];
    const reading = reader.find(spec('rich'), (error) => heard.push(error));
    await clock.whenSleeping(1);
    await clock.advance(5_000);
    expect(await reading).toBeNull();
    expect(String(heard)).toMatch(/longer than 5000 ms/);
    expect(await reader.find(spec('rich'), unexpected)).toMatchObject({ '': { state: { type: 'object' } } });
  });

  test('tells why it cannot, once', async () => {
    const reader = makeSourceReader({ specs: [], clock: makeSystemClock() });
    const heard: string[] = [];
    const onFault = (error: unknown): unknown => heard.push(String(error));
    expect(await Promise.all([reader.find(spec('nothing'), onFault), reader.find(spec('settings'), onFault)])).toEqual([null, null]);
    expect(await reader.find(spec('nothing'), onFault)).toBeNull();
    expect(heard.map((text) => /exports no `nothing`|`settings` .* is no graph/.test(text))).toEqual([true, true]);
  });
});

describe('a drawing', () => {
  test.each(['four', 'narrow', 'nested', 'echoing', 'agent'])('of %s is what LangGraph draws, at every depth', async (graphId) => {
    const graph = await open(graphId);
    for (const [xray, depth] of [
      [0, 0],
      [1, 1],
      [2, 2],
      [-1, true],
    ] as const) {
      const drawable = await graph.getGraphAsync({ xray: depth });
      const { nodes, edges } = drawable.toJSON();
      const drawing = await descriptions.draw(viewOf(graphId), { xray });
      expect(drawing.nodes.map(({ key, kind, data }) => ({ id: key, type: kind, data }))).toEqual(
        nodes.map(({ id, type, data }) => ({ id: String(id), type, data: json(data) })),
      );
      expect(drawing.nodes.map(({ name }) => name)).toEqual(Object.values(drawable.nodes).map(({ name }) => name));
      expect(drawing.edges).toEqual(
        edges.map(({ source, target, data, conditional }) => ({
          ...{ source: String(source), target: String(target) },
          ...{ label: data ?? null, conditional: conditional ?? false },
        })),
      );
      for (const line of drawable.drawMermaid().split('\n')) expect(drawing.mermaid.split('\n')).toContain(line);
    }
  });

  test('names the nodes of expanded subgraphs by their path, and has their edges in Mermaid too', async () => {
    const flat = await descriptions.draw(viewOf('nested'), { xray: 0 });
    expect(flat.nodes.map(({ key }) => key)).toEqual(['__start__', 'outer', 'outer2', 'before']);
    expect(flat.nodes.find(({ key }) => key === 'before')).toMatchObject({
      kind: 'runnable',
      data: { name: 'before' },
      metadata: { cost: 1, __interrupt: 'before' },
    });
    expect(flat.edges).toContainEqual({ source: 'before', target: 'outer2', label: 'skip', conditional: true });
    expect(flat.mermaid).not.toContain('subgraph');

    const { nodes, edges, mermaid } = await descriptions.draw(viewOf('nested'), { xray: -1 });
    expect(nodes.map(({ key }) => key)).toEqual(expect.arrayContaining(['outer:deep:think', 'outer:deep:tell', 'outer2:think']));
    expect(edges).toContainEqual({ source: 'outer:deep:think', target: 'outer:deep:tell', label: null, conditional: false });
    expect(mermaid).toContain(
      ['\tsubgraph outer', '\tsubgraph deep', '\touter_deep_think --> outer_deep_tell;', '\tend', '\tend'].join('\n'),
    );
    expect(mermaid).toContain('\touter2_think --> outer2_tell;');
  });

  test.each(['nested', 'deeper', 'four', 'echoing'])(
    'of %s has each of its edges in Mermaid once, and closes every subgraph',
    async (graphId) => {
      for (const xray of [0, 1, 2, 3, -1]) {
        const { edges, mermaid } = await descriptions.draw(viewOf(graphId), { xray });
        const lines = mermaid.split('\n');
        const drawn = lines.flatMap((line) => /^\t(\S+) .*> (\S+);$/.exec(line)?.slice(1).join(' ') ?? []);
        expect(drawn.sort()).toEqual(edges.map(({ source, target }) => `${inMermaid(source)} ${inMermaid(target)}`).sort());
        expect(lines.filter((line) => line === '\tend')).toHaveLength(lines.filter((line) => line.startsWith('\tsubgraph ')).length);
      }
    },
  );

  test('is of the graph that a factory makes with the config, or says why there is none', async () => {
    const { nodes } = await descriptions.draw(viewOf('make', { nodes: ['one', 'two'] }), { xray: 0 });
    expect(nodes.map(({ key }) => key)).toEqual(expect.arrayContaining(['one', 'two']));
    await expect(descriptions.draw(viewOf('make', { nodes: ['broken'] }), { xray: 0 })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('"broken" is no name.') as unknown,
    });
    await expect(descriptions.draw(viewOf('gone'), { xray: 0 })).rejects.toMatchObject({ code: 'GRAPH_NOT_FOUND' });
  });
});

describe('subgraphs', () => {
  const list = async (namespace: string | null, recurse: boolean): Promise<readonly string[]> =>
    (await descriptions.listSubgraphs(viewOf('nested'), { namespace, recurse })).map((subgraph) => subgraph.namespace);

  test('are those that LangGraph finds', async () => {
    const graph = await open('nested');
    for (const recurse of [false, true]) {
      const found: string[] = [];
      for await (const [name] of graph.getSubgraphsAsync(undefined, recurse)) found.push(name);
      expect(await list(null, recurse)).toEqual(found);
    }
    expect(await list(null, true)).toEqual(['outer', 'outer|deep', 'outer2']);
  });

  test('are found by their namespace, with or without the ids of tasks', async () => {
    expect(await list('outer', false)).toEqual(['outer']);
    expect(await list('outer2', false)).toEqual(['outer2']);
    expect(await list('outer|deep', false)).toEqual(['outer|deep']);
    expect(await list('outer:0b3f9d7e-0000-7000-8000-000000000000|deep:x', true)).toEqual(['outer|deep']);
    expect(await list('before', true)).toEqual([]);
    expect(await list('out', true)).toEqual([]);
  });

  test('have schemas of their own, by the TypeScript source as well', async () => {
    const topic = { topic: TEXT };
    const subgraphs = await descriptions.listSubgraphs(viewOf('nested'), { namespace: null, recurse: true });
    expect(subgraphs).toMatchObject([
      { namespace: 'outer', graphId: 'nested', schemas: { state: { properties: { ...topic, list: TEXTS } } } },
      { namespace: 'outer|deep', graphId: 'nested', schemas: { state: { properties: topic } } },
      { namespace: 'outer2', graphId: 'nested', schemas: { input: { properties: topic } } },
    ]);
    expect(subgraphs[1]?.schemas.state).not.toHaveProperty(['properties', 'list']);
  });
});

/** As LangChain writes a key; nodes without a name have a number for key, and their name in Mermaid. */
function inMermaid(key: string): string {
  return ({ 0: 'echoingInput', 1: 'echoing', 2: 'echoingOutput' } as Record<string, string>)[key] ?? key.replaceAll(':', '_');
}

function unexpected(error: unknown): never {
  throw error;
}

/** What a JSON pointer in a schema points at; references on the way are followed. */
function resolve(schema: unknown, pointer: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step));
  return steps.reduce<unknown>((at, step) => followed(schema, (followed(schema, at) as Record<string, unknown>)[step]), schema);
}

function followed(schema: unknown, at: unknown): unknown {
  const reference = typeof at === 'object' && at !== null && '$ref' in at ? at.$ref : undefined;
  return typeof reference === 'string' ? resolve(schema, reference) : at;
}
