import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOnServer, withDatabaseName } from '../test/support/database-template.js';
import { findPostgres, startPostgres, type PostgresServer } from '../test/support/postgres-server.js';

/** An empty database, dropped when stopped. `isOwnServer`: its server was started for it, with pg_stat_statements in it. */
export interface ScratchDatabase extends PostgresServer {
  readonly isOwnServer: boolean;
}

/** Each statement on disk before it is acknowledged (the tests' server skips that), and counted. */
const SETTINGS = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on', 'shared_preload_libraries=pg_stat_statements'];

/** On the server that DATABASE_URL names, else on one of our own; null when there is neither. */
export async function openScratchDatabase(): Promise<ScratchDatabase | null> {
  const given = process.env['DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startDurablePostgres();
  if (!server) return null;
  const name = `skein_bench_${randomUUID().slice(0, 8)}`;
  await runOnServer(server.url, `CREATE DATABASE "${name}"`);
  return {
    url: withDatabaseName(server.url, name),
    isOwnServer: !given,
    async stop() {
      await runOnServer(server.url, `DROP DATABASE "${name}" WITH (FORCE)`);
      await server.stop();
    },
  };
}

async function startDurablePostgres(): Promise<PostgresServer | null> {
  const binaries = findPostgres();
  if (binaries === null) return null;
  const folder = await mkdtemp(join(tmpdir(), 'skein-bench-postgres-'));
  // The server may run as another user. Of a setting that is given twice the last one counts.
  await chmod(folder, 0o755);
  const settings = SETTINGS.map((setting) => `-c ${setting}`).join(' ');
  await writeFile(join(folder, 'initdb'), `#!/bin/sh\nexec '${join(binaries, 'initdb')}' "$@"\n`, { mode: 0o755 });
  await writeFile(join(folder, 'postgres'), `#!/bin/sh\nexec '${join(binaries, 'postgres')}' "$@" ${settings}\n`, { mode: 0o755 });
  const server = await startPostgres(folder);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
