import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTemporaryFolder, runSkein, startSkein, type SkeinProcess, type SkeinResult } from '../support/skein-process.js';

/** One clear message, exit code 1, no stack trace. */
function expectRefusal({ code, stderr, stdout }: SkeinResult, ...facts: readonly string[]): void {
  for (const fact of facts) expect(stderr).toContain(fact);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

describe('a command', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
  });
  afterEach(() => folder.remove());

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => runSkein({ args, env, cwd: folder.path });

  test.each([[['--version']], [['work', '--version']]])('skein %j tells the version', async (args) => {
    expect(await run(args)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });

  test.each(['serve', 'work', 'migrate', 'schema'])('skein %s --help explains it, --config included', async (command) => {
    const { code, stdout } = await run([command, '--help']);
    expect(stdout).toContain(`skein ${command}`);
    expect(stdout).toContain('--config');
    expect(code).toBe(0);
  });

  test('an unknown option is refused', async () => {
    expectRefusal(await run(['serve', '--prot', '1']), '--prot');
  });

  test('schema prints what the snapshot has', async () => {
    const { code, stdout } = await run(['schema']);
    expect(stdout).toBe(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));
    expect(code).toBe(0);
  });

  test('migrate makes the tables and says where', async () => {
    const { code, stdout } = await run(['migrate', '--data-dir', 'here']);
    expect(stdout).toContain(join(folder.path, 'here'));
    expect(code).toBe(0);
  });

  test('a .env file in the working directory is read and does not override what is set', async () => {
    await writeFile(join(folder.path, '.env'), 'RUN_SLOTS=none\nLOG_LEVEL=loud\n');
    const result = await run(['serve'], { LOG_LEVEL: 'info' });
    expectRefusal(result, 'RUN_SLOTS is "none"');
    expect(result.stderr).not.toContain('LOG_LEVEL');
  });

  test('bad variables are all named at once', async () => {
    expectRefusal(await run(['serve'], { PORT: 'http', GRAPHIQL: 'perhaps' }), 'PORT is "http"', 'GRAPHIQL is "perhaps"');
  });

  test.each([[['work']], [['serve', '--no-executor']]])('skein %j refuses to start without DATABASE_URL', async (args) => {
    expectRefusal(await run(args), 'DATABASE_URL');
  });

  test('a langgraph.json that does not exist is refused', async () => {
    expectRefusal(await run(['serve', '--config', 'nowhere.json']), join(folder.path, 'nowhere.json'));
  });

  test('a langgraph.json that is no JSON is refused', async () => {
    await writeFile(join(folder.path, 'broken.json'), '{ "graphs": ');
    expectRefusal(await run(['serve'], { LANGGRAPH_JSON: 'broken.json' }), join(folder.path, 'broken.json'));
  });

  test('without a named one, langgraph.json of the working directory counts, and every fault in it is listed', async () => {
    await writeFile(join(folder.path, 'graph.ts'), 'export const other = 1;\n');
    const graphs = { absent: './missing.ts:graph', unknown: './graph.ts:graph' };
    await writeFile(join(folder.path, 'langgraph.json'), JSON.stringify({ graphs }));
    expectRefusal(await run(['serve']), 'absent', 'missing.ts', 'unknown', 'graph.ts');
  });

  test('a database that cannot be reached is refused, and its password is not printed', async () => {
    const result = await run(['serve'], { DATABASE_URL: 'postgresql://someone:hunter2@127.0.0.1:9/skein' });
    expectRefusal(result, '127.0.0.1:9', 'DATABASE_URL');
    expect(result.stderr).not.toContain('hunter2');
  });
});

describe('a started server', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SkeinProcess;
  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    server = await startSkein({ args: ['serve'], cwd: folder.path });
  });
  afterAll(async () => {
    await server.kill('SIGKILL');
    await folder.remove();
  });

  test('has printed which graphs it serves, where the data lies, and what to open', async () => {
    expect(server.stdout()).toContain('test_agent');
    expect(server.stdout()).toContain('bundled examples');
    expect(server.stdout()).toContain(join(folder.path, '.skein'));
    expect((await fetch(new URL('/ready', server.url))).status).toBe(200);
  });

  test('keeps its port: a second server there is refused', async () => {
    const { port } = new URL(server.url);
    const second = await runSkein({ args: ['serve', '--port', port, '--data-dir', 'other'], cwd: folder.path });
    expectRefusal(second, '127.0.0.1', port, 'PORT');
  });

  test('keeps its data folder: a second process there is refused', async () => {
    const second = await runSkein({ args: ['serve', '--port', '0'], cwd: folder.path });
    expectRefusal(second, join(folder.path, '.skein'), String(server.pid));
  });

  test('ends on SIGTERM with code 0, having logged one JSON object a line, and its folder opens again; so it does on SIGINT', async () => {
    const { code, stderr } = await server.kill('SIGTERM');
    const lines = stderr.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['server.started', 'server.stopping']);
    expect(code).toBe(0);

    server = await startSkein({ args: ['serve'], cwd: folder.path });
    expect(await server.kill('SIGINT')).toMatchObject({ code: 0, signal: null });
  });

  test('that npm started ends when npm has ended the shell between them', async () => {
    server = await startSkein({ args: ['serve'], cwd: folder.path, underShell: true });
    // Resolves when nobody holds the output any more: neither the shell nor the server.
    const { stderr } = await server.kill('SIGTERM');
    expect(stderr).toContain('server.stopping');
  });
});
