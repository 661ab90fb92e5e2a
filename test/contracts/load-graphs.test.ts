import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InMemoryStore } from '@langchain/langgraph-checkpoint';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StartupError } from '../../src/domain/errors.js';
import { makeGraphs } from '../../src/langgraph/graphs.js';
import { loadGraphs } from '../../src/langgraph/load/load-graphs.js';
import { collectEvents, makeCall } from '../support/graph-calls.js';
import { makeMemoryCheckpoints } from '../support/memory-checkpointer.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-project-'));
  await write('package.json', { type: 'module' });
  await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => rm(folder, { recursive: true }));

const GRAPH = `
import { Annotation, StateGraph } from '@langchain/langgraph';
const State = Annotation.Root({ n: Annotation<number>, by: Annotation<string> });
const builder = new StateGraph(State).addNode('add', (state, config) => ({ n: state.n + 1, by: config.configurable?.by })).addEdge('__start__', 'add');
`;

describe('an export may be', () => {
  test.each([
    ['a compiled graph', 'export const graph = builder.compile();'],
    ['a builder', 'export const graph = builder;'],
    ['a promise of one', 'export const graph = Promise.resolve(builder);'],
    ['a wrapper that holds a compiled graph, as createAgent makes', 'export const graph = { graph: builder.compile(), stream() {} };'],
    ['a function that makes one', 'export const graph = () => builder.compile();'],
    ['a function that promises one', 'export const graph = async () => builder;'],
  ])('%s', async (_name, text) => {
    await write('g.ts', GRAPH + text);
    expect(await runWith('./g.ts:graph')).toMatchObject({ n: 2 });
  });

  test('a function that is called with the config of each run', async () => {
    await write(
      'g.ts',
      `${GRAPH} export const graph = ({ configurable }) => builder.compile().withConfig({ configurable: { by: 'made for ' + configurable.user } });`,
    );
    expect(await runWith('./g.ts:graph')).toEqual({ n: 2, by: 'made for me' });
  });

  test('the default export, when none is named', async () => {
    await write('g.ts', `${GRAPH} export default builder;`);
    expect(await runWith('./g.ts')).toMatchObject({ n: 2 });
  });

  test('in JavaScript, with a description', async () => {
    await write('g.mjs', `${GRAPH.replaceAll(/<\w+>/g, '')} export const graph = builder;`);
    await write('langgraph.json', { graphs: { g: { path: './g.mjs:graph', description: 'adds' } } });
    const { graphs } = await load();
    expect([...graphs.values()].map(({ graphId, description }) => ({ graphId, description }))).toEqual([
      { graphId: 'g', description: 'adds' },
    ]);
  });
});

test('`env` is laid under what is already set', async () => {
  await write('g.ts', `${GRAPH} export const graph = builder;`);
  await write('some.env', 'A=from file\nB="quoted # text"\n');
  await write('langgraph.json', { graphs: { g: './g.ts:graph' }, env: 'some.env' });
  const env = { A: 'set' };
  await load(env);
  expect(env).toEqual({ A: 'set', B: 'quoted # text' });

  await write('langgraph.json', { graphs: { g: './g.ts:graph' }, env: { C: 'c', D: 4 } });
  await load(env);
  expect(env).toEqual({ A: 'set', B: 'quoted # text', C: 'c', D: '4' });
});

test.each([
  [undefined, { strategy: 'delete', defaultMinutes: null, sweepEveryMinutes: 5 }],
  [{ ttl: null }, { strategy: 'delete', defaultMinutes: null, sweepEveryMinutes: 5 }],
  [{ ttl: { default_ttl: 0.5 } }, { strategy: 'delete', defaultMinutes: 0.5, sweepEveryMinutes: 5 }],
  [
    { ttl: { strategy: 'keep_latest', default_ttl: 43_200, sweep_interval_minutes: 60 } },
    { strategy: 'keep_latest', defaultMinutes: 43_200, sweepEveryMinutes: 60 },
  ],
])('the `checkpointer` %j says how long threads live', async (checkpointer, threadTtl) => {
  await write('g.ts', `${GRAPH} export const graph = builder;`);
  await write('langgraph.json', { graphs: { g: './g.ts:graph' }, checkpointer });
  expect((await load()).threadTtl).toEqual(threadTtl);
});

test('keys of LangGraph’s own tools are accepted, unknown ones are warned about', async () => {
  await write('g.ts', `${GRAPH} export const graph = builder;`);
  await write('langgraph.json', {
    graphs: { g: './g.ts:graph' },
    node_version: '20',
    dependencies: ['.'],
    store: {},
    checkpointer: {},
    grahps: {},
  });
  const { warnings } = await load();
  expect(warnings).toEqual([expect.stringContaining('`grahps`')]);
});

describe('start-up fails, saying what is wrong, where and what to do, when', () => {
  test('the file is missing', async () => {
    expect(await faultsOf()).toEqual([expect.stringContaining('does not exist. Create it')]);
  });

  test('the file is not JSON', async () => {
    await write('langgraph.json', '{ "graphs": ');
    expect(await faultsOf()).toEqual([expect.stringContaining('not valid JSON')]);
  });

  test.each([[[]], [{}], [{ graphs: {} }], [{ graphs: [] }]])('it is %j', async (json) => {
    await write('langgraph.json', json);
    expect(await faultsOf()).toHaveLength(1);
  });

  test.each([
    ['the file of a graph is missing', './none.ts:graph', 'does not exist. Correct the path'],
    ['the file of a graph is no JavaScript', './graph.py:graph', 'Only LangGraph.js graphs'],
    ['the export does not exist', './good.ts:grpah', 'exports no `grpah`. It exports `graph`'],
    ['the export is not named', './good.ts:', 'names no export'],
    ['the export is no graph', './number.ts:graph', 'is no graph. Export a StateGraph'],
    ['the graph does not compile', './unreachable.ts:graph', 'cannot be made into a graph'],
    ['a promised graph does not come', './rejected.ts:graph', 'no luck. Correct the graph'],
    ['a graph file has a syntax error', './syntax.ts:graph', 'syntax.ts cannot be loaded'],
    ['a graph file throws', './throws.ts:graph', 'RangeError: at import. Correct the file'],
    ['a graph file imports what is not installed', './import.ts:graph', 'npm install'],
    ['a graph has no path', 7, 'must be "./file.ts:export"'],
  ])('%s', async (_name, spec, text) => {
    await writeGraphFiles();
    await write('langgraph.json', { graphs: { g: spec } });
    const faults = await faultsOf();
    expect(faults).toEqual([expect.stringContaining(text)]);
    expect(faults[0]).toContain('graphs["g"]');
  });

  test.each(['', ' a', 'a\nb', 'x'.repeat(201), 'fe096781-5601-53d2-b2f6-0d3403f7e9ca'])('a graph id is %j', async (graphId) => {
    await writeGraphFiles();
    await write('langgraph.json', { graphs: { [graphId]: './good.ts:graph' } });
    expect(await faultsOf()).toEqual([expect.stringContaining('Choose another one')]);
  });

  test.each([
    ['./none.env', 'none.env does not exist'],
    [5, 'must be the path of a .env file'],
    [{ A: {} }, 'env.A: must be a string'],
  ])('`env` is %j', async (env, text) => {
    await writeGraphFiles();
    await write('langgraph.json', { graphs: { g: './good.ts:graph' }, env });
    expect(await faultsOf()).toEqual([expect.stringContaining(text)]);
  });

  test.each([
    [7, '`checkpointer`: must be an object'],
    [{ ttl: 60 }, '`checkpointer.ttl`: must be an object'],
    [{ ttl: { strategy: 'archive' } }, 'is "archive"; it must be one of delete, keep_latest'],
    [{ ttl: { default_ttl: '60' } }, '`checkpointer.ttl.default_ttl`: is "60"; it must be a number of minutes'],
    [{ ttl: { default_ttl: 0 } }, '`checkpointer.ttl.default_ttl`: is 0; it must be a number of minutes'],
    [{ ttl: { default_ttl: 1e12 } }, '`checkpointer.ttl.default_ttl`'],
    [{ ttl: { sweep_interval_minutes: -1 } }, '`checkpointer.ttl.sweep_interval_minutes`: is -1'],
    [{ ttl: { defaultTtl: 60 } }, '`checkpointer.ttl.defaultTtl`: is not a key of it'],
  ])('`checkpointer` is %j', async (checkpointer, text) => {
    await writeGraphFiles();
    await write('langgraph.json', { graphs: { g: './good.ts:graph' }, checkpointer });
    expect(await faultsOf()).toEqual([expect.stringContaining(text)]);
  });

  test.each([
    [[], '`store`: must be an object'],
    [{ ttl: 5 }, '`store.ttl`: must be an object'],
    [{ ttl: { default_ttl: 0 } }, '`store.ttl.default_ttl`: is 0; it must be a number of minutes'],
    [{ ttl: { sweep_interval_minutes: '5' } }, '`store.ttl.sweep_interval_minutes`: is "5"; it must be a number of minutes'],
    [{ ttl: { refresh_on_read: 'yes' } }, '`store.ttl.refresh_on_read`: is "yes"; it must be true or false'],
    [{ index: 'on' }, '`store.index`: must be an object'],
    [{ index: { embed: './embed.ts:embed' } }, '`store.index.dims`: must be the length'],
    [{ index: { dims: 3, embed: './embed.ts:embed', fields: ['a..b'] } }, '`store.index.fields`: must be a list of paths'],
    [{ index: { dims: 3, embed: 'embed' } }, '`store.index.embed`: must be "./file.ts:function" or "provider:model"'],
    [{ index: { dims: 3, embed: './none.ts:embed' } }, '`store.index.embed`: '],
    [{ index: { dims: 3, embed: './number.ts:graph' } }, 'embeds nothing. Export a function (texts) => vectors'],
    [{ index: { dims: 3, embed: './good.ts:embed' } }, 'exports no `embed`. It exports `graph`'],
    [{ index: { dims: 3, embed: 'acme:model' } }, '"acme" is no provider known here; there are openai'],
    [{ index: { dims: 3, embed: 'cohere:model' } }, 'needs the package @langchain/cohere. Run `npm install @langchain/cohere`'],
  ])('`store` is %j', async (store, text) => {
    await writeGraphFiles();
    await write('langgraph.json', { graphs: { g: './good.ts:graph' }, store });
    expect(await faultsOf()).toEqual([expect.stringContaining(text)]);
  });

  test('several of these hold: all of them are listed at once', async () => {
    await writeGraphFiles();
    await write('langgraph.json', {
      graphs: { a: './none.ts:graph', b: './syntax.ts:graph', good: './good.ts:graph', c: './number.ts:graph' },
      env: 5,
    });
    expect((await faultsOf()).map((fault) => /graphs\["\w"\]|`env`/.exec(fault)?.[0]).sort()).toEqual([
      '`env`',
      'graphs["a"]',
      'graphs["b"]',
      'graphs["c"]',
    ]);
  });
});

describe('`store.index.embed` may be', () => {
  const EMBEDDINGS = `class {
    constructor(fields) { this.fields = fields; }
    embedDocuments(texts) { return Promise.resolve(texts.map((text) => [text.length, this.fields?.model ?? 0])); }
    embedQuery(text) { return Promise.resolve([text.length, 'query']); }
  }`;

  async function embedWith(embed: string): Promise<unknown[]> {
    await writeGraphFiles();
    await write(
      'embed.mjs',
      `export const embed = (texts) => texts.map((text) => [text.length, 1]);
      export const embeddings = new (${EMBEDDINGS})();`,
    );
    await write('langgraph.json', { graphs: { g: './good.ts:graph' }, store: { index: { dims: 2, embed } } });
    const { storeIndex } = await load();
    expect(storeIndex).toMatchObject({ dims: 2, fields: ['$'] });
    return [...(await storeIndex!.embed(['one', 'three'], 'item')), ...(await storeIndex!.embed(['query'], 'query'))];
  }

  test('a function of a file', async () => {
    expect(await embedWith('./embed.mjs:embed')).toEqual([
      [3, 1],
      [5, 1],
      [5, 1],
    ]);
  });

  test('LangChain embeddings of a file', async () => {
    expect(await embedWith('./embed.mjs:embeddings')).toEqual([
      [3, 0],
      [5, 0],
      [5, 'query'],
    ]);
  });

  test('a provider, with the model it is to use, whose package the project has installed', async () => {
    await rm(join(folder, 'node_modules'));
    await mkdir(join(folder, 'node_modules/@langchain'), { recursive: true });
    for (const name of ['core', 'langgraph', 'langgraph-checkpoint']) {
      await symlink(join(REPOSITORY, 'node_modules/@langchain', name), join(folder, 'node_modules/@langchain', name));
    }
    await write('node_modules/@langchain/ollama/package.json', { name: '@langchain/ollama', type: 'module', exports: './index.js' });
    await write('node_modules/@langchain/ollama/index.js', `export const OllamaEmbeddings = ${EMBEDDINGS};`);
    expect(await embedWith('ollama:nomic-embed-text:v1.5')).toEqual([
      [3, 'nomic-embed-text:v1.5'],
      [5, 'nomic-embed-text:v1.5'],
      [5, 'query'],
    ]);
  });
});

test('a factory that returns no graph fails the run, saying so', async () => {
  await write('g.ts', 'export const graph = () => 7;');
  await expect(runWith('./g.ts:graph')).rejects.toThrow('what is returned by `graph` of');
});

describe('in a process of its own, as the server is started', () => {
  beforeEach(async () => {
    await rm(join(folder, 'node_modules'));
    for (const scope of ['@langchain', 'zod', 'uuid', 'p-queue', 'p-retry', 'langsmith']) {
      await mkdir(dirname(join(folder, 'node_modules', scope)), { recursive: true });
      await symlink(join(REPOSITORY, 'node_modules', scope), join(folder, 'node_modules', scope));
    }
    await write('node_modules/own/package.json', { name: 'own', version: '1.0.0', type: 'module', exports: './index.js' });
    await write('node_modules/own/index.js', 'export const by = "its own package";');
    await write('helper.ts', 'export enum Size { Big = "big" }\nexport const size: Size = Size.Big;');
  });

  const TYPESCRIPT = `
import { Annotation, StateGraph } from '@langchain/langgraph';
import { by } from 'own';
import { size } from './helper.js';
const State = Annotation.Root({ by: Annotation<string> });
export const graph = new StateGraph(State).addNode('a', () => ({ by: by + ', ' + size })).addEdge('__start__', 'a').compile();
`;

  test.each([{ type: 'module' }, {}])(
    'a TypeScript graph uses the node_modules of its own project, whose package.json is %j',
    async (packageJson) => {
      await write('package.json', packageJson);
      await write('g.ts', TYPESCRIPT);
      await write('langgraph.json', { graphs: { g: './g.ts:graph' } });
      expect(await loadInProcess()).toBe('{"by":"its own package, big"}');
    },
  );

  test('faults of a graph file are told without a stack', async () => {
    await write('g.ts', 'export const graph = (;');
    await write('h.ts', 'import "not-installed";');
    await write('langgraph.json', { graphs: { g: './g.ts:graph', h: './h.ts:graph' } });
    const output = await loadInProcess();
    expect(output).toContain('Unexpected ";"');
    expect(output).toContain("Cannot find package 'not-installed'");
    expect(output).not.toMatch(/^\s+at /m);
  });
});

async function write(name: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

async function writeGraphFiles(): Promise<void> {
  await write('good.ts', `${GRAPH} export const graph = builder;`);
  await write('graph.py', 'graph = 1');
  await write('number.ts', 'export const graph = 7;');
  await write('unreachable.ts', `${GRAPH} export const graph = new StateGraph(State).addNode('alone', () => ({}));`);
  await write('rejected.ts', 'export const graph = Promise.reject(new Error("no luck"));');
  await write('syntax.ts', 'export const graph = (;');
  await write('throws.ts', 'throw new RangeError("at import");');
  await write('import.ts', 'import "not-installed-anywhere"; export const graph = 1;');
}

function load(env: NodeJS.ProcessEnv = {}): ReturnType<typeof loadGraphs> {
  return loadGraphs(join(folder, 'langgraph.json'), { env });
}

/** The lines of the StartupError that list faults. */
async function faultsOf(): Promise<string[]> {
  const error: unknown = await load().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartupError);
  const [head, ...lines] = (error as StartupError).message.split('\n');
  expect(head).toContain(join(folder, 'langgraph.json'));
  return lines.map((line) => line.replace('  - ', ''));
}

/** The final state of one run of the graph at `spec`. */
async function runWith(spec: string): Promise<unknown> {
  await write('langgraph.json', { graphs: { g: spec } });
  const graphs = makeGraphs({
    loaded: await load(),
    makeCheckpointer: makeMemoryCheckpoints().makeCheckpointer,
    makeStore: () => new InMemoryStore(),
  });
  const config = { tags: [], recursionLimit: null, configurable: { user: 'me' } };
  return (await collectEvents(graphs.run(makeCall({ kwargs: { input: { n: 1 }, config } })))).at(-1)?.data;
}

/** What a new process prints that loads the project: the result of its graph, or the fault. */
async function loadInProcess(): Promise<string> {
  const script = `
    import { loadGraphs } from ${JSON.stringify(join(REPOSITORY, 'src/langgraph/load/load-graphs.ts'))};
    try {
      const { graphs } = await loadGraphs('langgraph.json');
      const graph = await graphs.get('g').open({ configurable: {} });
      console.log(JSON.stringify(await graph.invoke({})));
    } catch (error) {
      console.log(error.name === 'StartupError' ? error.message : error);
    }`;
  const loader = import.meta.resolve('tsx');
  const args = ['--import', loader, '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  return stdout.trim();
}
