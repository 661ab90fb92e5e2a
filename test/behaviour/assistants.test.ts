import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureDefaultAssistants } from '../../src/services/assistants/ensure-default-assistants.js';
import { updateAssistant } from '../../src/services/assistants/update-assistant.js';
import {
  type AssistantJson,
  CONTENT,
  create,
  find,
  setVersion,
  tryCreate,
  tryDelete,
  trySetVersion,
  tryUpdate,
  update,
} from '../support/assistants.js';
import { ask, codesOf } from '../support/client.js';
import { ASSISTANT_GRAPHS, startTestServer, type TestServer } from '../support/server.js';

const ABSENT = '01a1fbc1-0000-7376-ac2c-1b8e9a0a99bc';

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ langgraphJson: ASSISTANT_GRAPHS });
  url = server.url;
});
afterAll(() => server.close());

const FULL = {
  graphId: 'echo',
  name: 'Ada',
  description: 'the first',
  config: { tags: ['a'], recursionLimit: 7, configurable: { model: 'big' } },
  context: { user: 'u1' },
  metadata: { owner: { name: 'ada', age: 36 }, kept: true },
};

interface Versions {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string; readonly version: number; readonly metadata: object }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string | null };
}

async function versionsOf(id: string, page = '', variables: object = {}): Promise<Versions> {
  const query = `query ($id: ID!, $metadata: JSONObject, $after: String) { assistant(id: $id) {
    versions(metadata: $metadata, after: $after${page}) { totalCount nodes { id version createdAt ${CONTENT} }
      pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
  return (await ask<{ assistant: { versions: Versions } }>(url, query, { id, ...variables })).assistant.versions;
}

describe('createAssistant', () => {
  test('gives what was left out its default, and version 1', async () => {
    const assistant = await create(url);
    expect(assistant).toMatchObject({
      ...{ graphId: 'echo', name: 'Untitled', description: null, context: null, metadata: {}, version: 1 },
      config: { tags: [], recursionLimit: null, configurable: {} },
      updatedAt: assistant.createdAt,
    });
    expect(await find(url, assistant.id)).toEqual(assistant);
  });

  test('keeps everything it is given, as version 1 too', async () => {
    const assistant = await create(url, { id: ABSENT.replace('bc', 'aa'), ...FULL });
    expect(assistant).toMatchObject({ id: ABSENT.replace('bc', 'aa'), ...FULL });
    const { nodes } = await versionsOf(assistant.id);
    expect(nodes).toEqual([{ ...FULL, id: `${assistant.id}/1`, version: 1, createdAt: assistant.createdAt }]);
  });

  test('refuses a graph that is not loaded, and a config that could not work', async () => {
    const unknown = await tryCreate(url, { graphId: 'nothing' });
    expect(unknown).toMatchObject({ data: { createAssistant: null }, errors: [{ extensions: { code: 'GRAPH_NOT_FOUND', status: 404 } }] });
    const misfit = await tryCreate(url, { graphId: 'echo', config: { recursionLimit: 0 } });
    expect(misfit.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['input', 'config', 'recursionLimit'] }],
    });
  });

  test('refuses an id that is taken, or answers with whom it belongs to', async () => {
    const first = await create(url, { name: 'first' });
    const again = { id: first.id, graphId: 'other', name: 'second' };
    expect(codesOf(await tryCreate(url, again))).toEqual(['ALREADY_EXISTS']);
    expect(codesOf(await tryCreate(url, { ...again, ifExists: 'RAISE' }))).toEqual(['ALREADY_EXISTS']);
    const answer = await tryCreate(url, { ...again, ifExists: 'DO_NOTHING' });
    expect(answer.data?.createAssistant?.assistant).toEqual(first);
    expect((await versionsOf(first.id)).totalCount).toBe(1);
  });

  test('twice at once with one id creates once', async () => {
    const id = '01a1fbc1-0000-7376-ac2c-1b8e9a0a0001';
    const answers = await Promise.all([1, 2, 3].map((n) => tryCreate(url, { id, graphId: 'echo', name: `n${n}` })));
    expect(answers.flatMap(codesOf)).toEqual(['ALREADY_EXISTS', 'ALREADY_EXISTS']);
    expect((await versionsOf(id)).totalCount).toBe(1);
  });

  test('gives back any JSON as it was', async () => {
    const odd = { '\u0010key': '\u0010\u00100000', list: [null, -1.5, 'ü\u2028'], nested: { '': {} } };
    const assistant = await create(url, { context: odd, metadata: odd, config: { configurable: odd } });
    expect(await find(url, assistant.id)).toMatchObject({ context: odd, metadata: odd, config: { configurable: odd } });
    const found = await ask(url, 'query ($metadata: JSONObject) { assistants(filter: { metadata: $metadata }) { nodes { id } } }', {
      metadata: { '\u0010key': '\u0010\u00100000' },
    });
    expect(found).toEqual({ assistants: { nodes: [{ id: assistant.id }] } });
  });
});

describe('updateAssistant', () => {
  test('keeps what is left out, replaces config and context whole, merges metadata one level deep', async () => {
    const before = await create(url, FULL);
    const after = await update(url, before.id, {
      config: { configurable: { temperature: 1 } },
      context: { team: 't1' },
      metadata: { owner: { name: 'bob' }, more: 1 },
    });
    expect(after).toEqual({
      ...before,
      config: { tags: [], recursionLimit: null, configurable: { temperature: 1 } },
      context: { team: 't1' },
      metadata: { owner: { name: 'bob' }, kept: true, more: 1 },
      version: 2,
      updatedAt: after.updatedAt,
    });
    expect(await find(url, before.id)).toEqual(after);
    expect(await update(url, before.id, { name: 'Bob', graphId: 'other' })).toMatchObject({
      ...{ name: 'Bob', graphId: 'other', version: 3, description: 'the first', context: { team: 't1' } },
    });
  });

  test('clears with null what may be empty, and nothing else', async () => {
    const { id } = await create(url, FULL);
    expect(await update(url, id, { description: null, context: null })).toMatchObject({ description: null, context: null, version: 2 });
    const refused = await tryUpdate(url, id, { name: null, graphId: null, config: null, metadata: null });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      status: 422,
      issues: ['graphId', 'name', 'config', 'metadata'].map((field) => ({ path: ['input', field] })),
    });
    expect(await find(url, id)).toMatchObject({ name: 'Ada', graphId: 'echo', version: 2 });
  });

  test('refuses to do nothing, an unknown graph, a config that could not work, and an unknown assistant', async () => {
    const { id } = await create(url, FULL);
    expect(codesOf(await tryUpdate(url, id, {}))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await tryUpdate(url, id, { graphId: 'nothing' }))).toEqual(['GRAPH_NOT_FOUND']);
    expect(codesOf(await tryUpdate(url, id, { config: { recursionLimit: 10_001 } }))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await tryUpdate(url, ABSENT, { name: 'x' }))).toEqual(['ASSISTANT_NOT_FOUND']);
    expect(codesOf(await tryUpdate(url, 'nobody', { name: 'x' }))).toEqual(['ASSISTANT_NOT_FOUND']);
    expect((await versionsOf(id)).totalCount).toBe(1);
  });

  test('several times at once is as many versions, each on top of the one before', async () => {
    const { id } = await create(url);
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const after = await Promise.all(keys.map((key) => update(url, id, { metadata: { [key]: true } })));
    expect(after.map(({ version }) => version).sort()).toEqual([2, 3, 4, 5, 6]);
    expect(await find(url, id)).toMatchObject({ version: 6, metadata: { a: true, b: true, c: true, d: true, e: true } });
    for (const { version, metadata } of (await versionsOf(id)).nodes) expect(Object.keys(metadata)).toHaveLength(version - 1);
  });
});

describe('setAssistantVersion', () => {
  test('restores everything of that version, and numbers never go back', async () => {
    const first = await create(url, FULL);
    const second = { name: 'B', graphId: 'other', description: null, config: { tags: ['b'] }, context: null, metadata: { kept: false } };
    await update(url, first.id, second);
    const restored = await setVersion(url, first.id, 1);
    expect(restored).toEqual({ ...first, updatedAt: restored.updatedAt });
    expect(await find(url, first.id)).toEqual(restored);
    expect(await update(url, first.id, { name: 'C' })).toMatchObject({ ...FULL, name: 'C', version: 3 });
    expect(await setVersion(url, first.id, 2)).toMatchObject({ name: 'B', graphId: 'other', description: null, context: null, version: 2 });
    expect((await versionsOf(first.id)).nodes.map(({ version }) => version)).toEqual([3, 2, 1]);
  });

  test('refuses version 0, a version that was never written, and an unknown assistant', async () => {
    const { id } = await create(url);
    expect(codesOf(await trySetVersion(url, id, 0))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await trySetVersion(url, id, -1))).toEqual(['BAD_USER_INPUT']);
    const absent = await trySetVersion(url, id, 2);
    expect(absent).toMatchObject({ data: { setAssistantVersion: null } });
    expect(absent.errors?.[0]?.extensions).toMatchObject({ code: 'ASSISTANT_NOT_FOUND', id, version: 2 });
    expect(codesOf(await trySetVersion(url, ABSENT, 1))).toEqual(['ASSISTANT_NOT_FOUND']);
  });
});

describe('the versions of an assistant', () => {
  let assistant: AssistantJson;
  beforeAll(async () => {
    assistant = await create(url, { metadata: { stage: { name: 'draft', by: 'ada' } } });
    for (const stage of ['draft', 'done', 'done']) await update(url, assistant.id, { metadata: { stage: { name: stage } } });
  });

  test('are listed newest first, page by page', async () => {
    const first = await versionsOf(assistant.id, ', first: 3');
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    expect(first.nodes.map(({ version }) => version)).toEqual([4, 3, 2]);
    const second = await versionsOf(assistant.id, ', first: 3', { after: first.pageInfo.endCursor });
    expect(second).toMatchObject({ totalCount: 4, nodes: [{ version: 1 }], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  });

  test('are found by containment in their metadata', async () => {
    const done = await versionsOf(assistant.id, '', { metadata: { stage: { name: 'done' } } });
    expect(done).toMatchObject({ totalCount: 2, nodes: [{ version: 4 }, { version: 3 }] });
    expect(await versionsOf(assistant.id, '', { metadata: { stage: { by: 'ada' } } })).toMatchObject({ nodes: [{ version: 1 }] });
  });

  test('have no page after a cursor that the list did not give', async () => {
    for (const after of ['0', 'x', Buffer.from('0').toString('base64url'), Buffer.from('99999999999').toString('base64url')]) {
      await expect(versionsOf(assistant.id, '', { after })).rejects.toThrow('BAD_USER_INPUT');
    }
  });
});

describe("a graph's own assistant", () => {
  test('can be changed and restored, and a restart leaves it as it is', async () => {
    expect(await update(url, 'other', { name: 'renamed', metadata: { mine: true } })).toMatchObject({
      ...{ name: 'renamed', version: 2, metadata: { created_by: 'system', mine: true } },
    });
    await ensureDefaultAssistants(server.app.deps);
    expect(await find(url, 'other')).toMatchObject({ name: 'renamed', version: 2 });
    expect(await setVersion(url, 'other', 1)).toMatchObject({ name: 'other', version: 1, metadata: { created_by: 'system' } });
  });

  test('cannot be changed by one tenant among several', async () => {
    const caller = { ...server.app.deps, tenantId: 'someone' };
    await expect(updateAssistant(caller, 'echo', { name: 'mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { id } = await create(url);
    await expect(updateAssistant(caller, id, { name: 'mine' })).rejects.toMatchObject({ code: 'ASSISTANT_NOT_FOUND' });
  });

  test('cannot be deleted', async () => {
    const answer = await tryDelete(url, 'echo');
    expect(answer).toMatchObject({ data: { deleteAssistant: null }, errors: [{ extensions: { code: 'FORBIDDEN', status: 403 } }] });
    await update(url, 'echo', { metadata: { created_by: 'me' } });
    expect(codesOf(await tryDelete(url, 'echo', { deleteThreads: true }))).toEqual(['FORBIDDEN']);
    expect(await find(url, 'echo')).toMatchObject({ graphId: 'echo' });
  });
});

describe('assistants are found', () => {
  const made: AssistantJson[] = [];
  beforeAll(async () => {
    for (const [name, graphId] of Object.entries({ 'Zoë one': 'echo', 'zoË two': 'other', other: 'other' }))
      made.push(await create(url, { name, graphId, metadata: { search: { in: 'here', n: made.length }, more: 1 } }));
  });

  const search = async (filter: object, page = ''): Promise<unknown> => {
    const query = `query ($filter: AssistantFilter) { assistants(filter: $filter${page}) { totalCount nodes { name } } }`;
    return (await ask<{ assistants: object }>(url, query, { filter })).assistants;
  };
  const names = (...nodes: string[]): object => ({ totalCount: nodes.length, nodes: nodes.map((name) => ({ name })) });
  const here = { search: { in: 'here' } };

  test('by metadata, graph, part of the name in any case, and ids, all at once, newest first', async () => {
    expect(await search({ metadata: here })).toEqual(names('other', 'zoË two', 'Zoë one'));
    expect(await search({ metadata: here, graphId: 'other' })).toEqual(names('other', 'zoË two'));
    expect(await search({ metadata: here, name: 'ZOË' })).toEqual(names('zoË two', 'Zoë one'));
    expect(await search({ metadata: here, name: '%' })).toEqual(names());
    expect(await search({ ids: made.slice(0, 2).map(({ id }) => id), graphId: 'echo' })).toEqual(names('Zoë one'));
    expect(await search({ ids: [] })).toEqual(names());
    expect(await search({ graphId: '' })).toEqual(names());
  });

  test('counted without being listed', async () => {
    const query = 'query ($filter: AssistantFilter) { assistants(filter: $filter, first: 0) { totalCount nodes { id } } }';
    expect(await ask(url, query, { filter: { metadata: here } })).toEqual({ assistants: { totalCount: 3, nodes: [] } });
  });

  test.each(['ID', 'GRAPH_ID', 'NAME', 'CREATED_AT', 'UPDATED_AT'])('in order of %s, from both ends', async (field) => {
    const list = async (direction: string, page: string): Promise<string[]> => {
      const query = `query ($filter: AssistantFilter) { assistants(filter: $filter, orderBy: { field: ${field}, direction: ${direction} }, ${page}) { nodes { id } } }`;
      const { assistants } = await ask<{ assistants: { nodes: { id: string }[] } }>(url, query, { filter: { metadata: here } });
      return assistants.nodes.map(({ id }) => id);
    };
    const ascending = await list('ASC', 'first: 3');
    expect(ascending).toHaveLength(3);
    expect(await list('DESC', 'first: 3')).toEqual([...ascending].reverse());
    expect(await list('ASC', 'last: 2')).toEqual(ascending.slice(1));
  });
});
