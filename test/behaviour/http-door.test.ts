import { request } from 'node:http';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gaugeListeners } from '../support/gauge.js';
import { startTestServer, type TestServer } from '../support/server.js';

const JSON_TYPE = 'application/json';
const KIB = 1_024;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

function post(body: BodyInit, headers: Record<string, string> = {}, url = server.url): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': JSON_TYPE, ...headers }, body, duplex: 'half' } as RequestInit);
}

const operation = (query: string, variables: object = {}): string => JSON.stringify({ query, variables });
const baseUrl = (): string => new URL(server.url).origin;

async function codeOf(response: Response): Promise<unknown> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors[0]?.extensions.code;
}

describe('the HTTP door', () => {
  it('passes the GraphQL-over-HTTP audit without an error and without a warning', async () => {
    const results = await auditServer({ url: server.url });
    expect(results.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(61);
  });

  it('says at /health that the process is up and at /ready that the database answers', async () => {
    expect((await fetch(`${baseUrl()}/health`)).status).toBe(200);
    expect(await (await fetch(`${baseUrl()}/ready`)).json()).toEqual({ status: 'ready' });
  });

  it('is not ready when the database does not answer, but up', async () => {
    const door = await server.openDoor({}, { database: brokenDatabase() });
    const origin = new URL(door.url).origin;
    expect((await fetch(`${origin}/ready`)).status).toBe(503);
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    await door.stop();
  });

  it('answers 404 with JSON anywhere else', async () => {
    for (const path of ['/', '/graphql/x', '/graphiql', '/favicon.ico']) {
      const response = await fetch(baseUrl() + path, { headers: { accept: 'text/html' } });
      expect(response.status, path).toBe(404);
      expect(await response.json(), path).toHaveProperty('error');
    }
  });

  it('takes a body up to its limit and refuses one byte more', async () => {
    const door = await server.openDoor({ bodyMaxBytes: 4 * KIB });
    const bodyOf = (bytes: number): string => {
      const text = operation('{ __typename }', { pad: '' });
      return text.replace('"pad":""', `"pad":"${'x'.repeat(bytes - text.length)}"`);
    };
    expect((await post(bodyOf(4 * KIB), {}, door.url)).status).toBe(200);
    const refused = await post(bodyOf(4 * KIB + 1), {}, door.url);
    expect(refused.status).toBe(413);
    expect(await codeOf(refused)).toBe('REQUEST_ENTITY_TOO_LARGE');
    await door.stop();
  });

  it('refuses 5 MB with 413, with and without a length, and the connection serves the next request', async () => {
    const large = operation('{ __typename }', { pad: 'x'.repeat(5 * KIB * KIB) });
    for (const body of [large, new Blob([large]).stream()]) {
      const response = await post(body);
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'REQUEST_ENTITY_TOO_LARGE', status: 413, retryable: false } }],
      });
    }
    expect((await post(operation('{ __typename }'))).status).toBe(200);
  });

  it.each([
    ['broken JSON', '{"query":', {}, 400],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400],
    ['a list of operations', `[${operation('{ __typename }')}]`, {}, 400],
    ['null', 'null', {}, 400],
    ['no query', '{}', { accept: 'application/graphql-response+json' }, 400],
    ['a form', 'query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', operation('{ __typename }'), { 'content-type': 'text/plain' }, 415],
    ['a multipart upload', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['another charset', operation('{ __typename }'), { 'content-type': 'application/json; charset=latin1' }, 415],
    ['a compressed body', 'x', { 'content-encoding': 'gzip' }, 415],
    ['a media type that it cannot answer with', operation('{ __typename }'), { accept: 'image/png' }, 406],
  ])('answers %s with BAD_REQUEST', async (_what, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST', status, retryable: false } }] });
  });

  it('runs no mutation on GET', async () => {
    const response = await fetch(`${server.url}?query=${encodeURIComponent('mutation { createThread { thread { id } } }')}`);
    expect(response.status).toBe(405);
    expect(await codeOf(response)).toBe('BAD_REQUEST');
  });

  it('answers other methods with 405', async () => {
    const response = await fetch(server.url, { method: 'PUT', body: '{}', headers: { 'content-type': JSON_TYPE } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  it('executes nothing that a page of another site can make a browser send', async () => {
    const before = await countThreads();
    const create = operation('mutation { createThread { thread { id } } }');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
      const response = await post(new Blob([create]), { 'content-type': type, origin: 'https://evil.example' });
      expect(response.status, type).toBe(415);
    }
    expect(await countThreads()).toBe(before);
  });

  it('allows no other origin unless it is configured', async () => {
    const preflight = await fetch(server.url, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(
      (await post(operation('{ __typename }'), { origin: 'https://app.example' })).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });

  it('allows the configured origins, and only those', async () => {
    const door = await server.openDoor({ corsOrigins: ['https://app.example'] });
    const allowed = await post(operation('{ __typename }'), { origin: 'https://app.example' }, door.url);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(allowed.headers.get('vary')).toBe('Origin');
    const preflight = await fetch(door.url, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'content-type']);
    const other = await post(operation('{ __typename }'), { origin: 'https://app.example.evil.example' }, door.url);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    await door.stop();
  });

  it('shows GraphiQL to browsers with everything in the page, unless it is switched off', async () => {
    const page = await (await fetch(server.url, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('YogaGraphiQL');
    expect(page).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
    for (const name of ['CreateThread', 'StartRun', 'WatchRun', 'JoinRun']) expect(page).toContain(name);

    const door = await server.openDoor({ graphiql: false });
    expect(await (await fetch(door.url, { headers: { accept: 'text/html' } })).text()).not.toContain('YogaGraphiQL');
    await door.stop();
  });

  it('masks what it did not foresee, under an errorId that telemetry knows', async () => {
    const door = await server.openDoor({}, { database: brokenDatabase() });
    const failures: { errorId: string; error: unknown }[] = [];
    const unsubscribe = server.telemetry.subscribe((name, facts) => {
      if (name === 'request.failed') failures.push(facts as { errorId: string; error: unknown });
    });
    const text = await (await post(operation('{ threads { nodes { id } } }'), {}, door.url)).text();
    expect(text).not.toContain('the password is');
    const { errors } = JSON.parse(text) as { errors: { extensions: { errorId: string } }[] };
    expect(errors).toMatchObject([{ path: ['threads'], extensions: { code: 'INTERNAL_SERVER_ERROR', status: 500, retryable: false } }]);
    const failure = failures.find(({ errorId }) => errorId === errors[0]?.extensions.errorId);
    expect(String(failure?.error)).toContain('the password is');
    unsubscribe();
    await door.stop();
  });

  it('ends the wait of a client that hangs up', async () => {
    const run = (await (
      await post(operation('mutation { createRun(input: { assistantId: "slow", input: { steps: 1, delayMs: 60000 } }) { run { id } } }'))
    ).json()) as {
      data: { createRun: { run: { id: string } } };
    };
    const id = run.data.createRun.run.id;
    const { signals, listeners } = gaugeListeners(server.app.deps.signals, `run:${id}`);
    const door = await server.openDoor({}, { signals });
    const client = request(door.url, { method: 'POST', headers: { 'content-type': JSON_TYPE } });
    client.on('error', () => undefined);
    client.end(operation(`mutation { joinRun(id: "${id}") { done } }`));
    await listeners.reached(1);
    client.destroy();
    await listeners.reached(0);
    await door.stop();
  });
});

async function countThreads(): Promise<number> {
  const response = await post(operation('{ threads { totalCount } }'));
  return ((await response.json()) as { data: { threads: { totalCount: number } } }).data.threads.totalCount;
}

function brokenDatabase(): TestServer['app']['deps']['database'] {
  const { database } = server.app.deps;
  const prisma = new Proxy(database.prisma, {
    get() {
      throw new Error('the password is hunter2');
    },
  });
  return { ...database, prisma };
}
