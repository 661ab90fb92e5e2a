import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { StartupError } from '../../src/domain/errors.js';
import { openDatabase } from '../../src/store/database/database.js';
import { withDatabaseName } from '../support/database-template.js';

/** The message with which the server refuses to start on this DATABASE_URL. */
async function refusal(databaseUrl: string): Promise<string> {
  const error: unknown = await openDatabase({ databaseUrl, dataDir: '' }).then(
    async (database) => {
      await database.close();
      return new Error('It opened.');
    },
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartupError);
  expect((error as StartupError).message).not.toContain('secret');
  return (error as StartupError).message;
}

async function listen(answer: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

test('a DATABASE_URL where nobody listens is named, without its password', async () => {
  const { server, port } = await listen(() => undefined);
  server.close();
  await once(server, 'close');
  expect(await refusal(`postgres://me:secret@127.0.0.1:${port}/app`)).toBe(
    `The database 127.0.0.1:${port}/app that DATABASE_URL names cannot be opened: connect ECONNREFUSED 127.0.0.1:${port}. ` +
      'Check that the server runs and that name, user and password are right; without DATABASE_URL the embedded database is used.',
  );
});

test('a DATABASE_URL where nobody answers is given up after 5 s', async () => {
  const sockets: Socket[] = [];
  const { server, port } = await listen((socket) => sockets.push(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const startedAt = performance.now();
  expect(await refusal(`postgres://me:secret@127.0.0.1:${port}/app`)).toMatch(/cannot be opened: .*timeout/);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test('a DATABASE_URL with an unknown host names the host', async () => {
  expect(await refusal('postgres://me:secret@nowhere.invalid/app')).toMatch(
    /^The database nowhere\.invalid:5432\/app .*(ENOTFOUND|EAI_AGAIN)/,
  );
});

test.each([
  ['of another database', 'mysql://me:secret@localhost/app', 'does not begin with postgres://'],
  ['that is no URL', 'postgres://me:secret@[/app', 'it is no URL'],
  ['with a schema of its own', 'postgres://me:secret@localhost/app?schema=other', 'schema=other is not supported'],
])('a DATABASE_URL %s is refused, without its password', async (_kind, databaseUrl, fault) => {
  expect(await refusal(databaseUrl)).toContain(fault);
});

test.skipIf(inject('databaseTemplate').kind !== 'server')('a database that does not exist is named (needs a server)', async () => {
  const template = inject('databaseTemplate');
  if (template.kind !== 'server') return;
  expect(await refusal(withDatabaseName(template.url, 'skein_none'))).toContain('database "skein_none" does not exist');
});
