import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { followEvents } from './client.js';
import { makeTestAddress } from './database.js';
import { makeTemporaryFolder, type SkeinProcess, startSkein } from './skein-process.js';

const GRAPHS = fileURLToPath(new URL('human-graphs/holding.json', import.meta.url));

/** A server process with a database of its own, whose graphs (test/support/human-graphs/holding.ts) stand still until it has been killed. */
export interface HoldingServer {
  /** `http://127.0.0.1:<port>/graphql` of the process that runs now. */
  readonly url: string;
  /** Resolves when a run stands still. */
  whenHolding(runId: string): Promise<void>;
  kill(): Promise<void>;
  /** What is on disk while no process runs. */
  inspect<Result>(look: (database: Database) => Promise<Result>): Promise<Result>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startHoldingServer(): Promise<HoldingServer> {
  const folder = await makeTemporaryFolder();
  const database = await makeTestAddress();
  const { databaseUrl, dataDir } = database.address;
  const env = { DATA_DIR: dataDir, HOLD_DIR: folder.path, LEASE_SECONDS: '1', ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }) };
  const start = (): Promise<SkeinProcess> => startSkein({ args: ['serve', '--config', GRAPHS], cwd: folder.path, env });
  let server = await start();

  return {
    get url() {
      return server.url;
    },
    async whenHolding(runId) {
      for await (const { __typename, data } of followEvents(server.url, runId)) {
        if (__typename === 'RunCustomEvent' && data === 'holding') return;
      }
      throw new Error('The run ended before it stood still.');
    },
    async kill() {
      await server.kill('SIGKILL');
    },
    async inspect(look) {
      const opened = await openDatabase(database.address);
      try {
        return await look(opened);
      } finally {
        await opened.close();
      }
    },
    async start() {
      server = await start();
    },
    async remove() {
      await server.kill('SIGKILL');
      await database.remove();
      await folder.remove();
    },
  };
}
