import { fileURLToPath } from 'node:url';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { type Executor, startExecutor } from '../../src/executor/executor.js';
import { startServer, type DoorOptions } from '../../src/graphql/door/server.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Telemetry } from '../../src/ports/telemetry.js';
import type { Deps } from '../../src/services/caller.js';
import { openTestDatabase } from './database.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/langgraph.json', import.meta.url));

export interface TestServer {
  /** `http://127.0.0.1:<port>/graphql` */
  readonly url: string;
  readonly app: App;
  readonly telemetry: Telemetry;
  /** Opens another door to the same rooms, with other settings or with some rooms changed. */
  openDoor(options: Partial<DoorOptions>, deps?: Partial<Deps>): Promise<TestDoor>;
  startExecutor(): Promise<void>;
  close(): Promise<void>;
}

export interface TestDoor {
  /** `http://127.0.0.1:<port>/graphql` */
  readonly url: string;
  stop(): Promise<void>;
}

/** langgraph.json of graphs whose nodes wait until a test lets them on (test/support/gates.ts). */
export const GATED_GRAPHS = fileURLToPath(new URL('gated-graphs/langgraph.json', import.meta.url));
/** langgraph.json of graphs for tests of threads and their state. */
export const STATE_GRAPHS = fileURLToPath(new URL('state-graphs/langgraph.json', import.meta.url));
/** langgraph.json of graphs for tests of assistants. */
export const ASSISTANT_GRAPHS = fileURLToPath(new URL('assistant-graphs/langgraph.json', import.meta.url));

/** langgraph.json of graphs for tests of stream modes. */
export const MODE_GRAPHS = fileURLToPath(new URL('mode-graphs/langgraph.json', import.meta.url));
/** langgraph.json of graphs for tests of the store. */
export const STORE_GRAPHS = fileURLToPath(new URL('store-graphs/langgraph.json', import.meta.url));

/**
 * The whole program in this process: the example graphs unless told otherwise, a database of its own, real HTTP on a free port. Without
 * `executor` no run is claimed until `startExecutor` is called.
 */
export async function startTestServer({
  langgraphJson = EXAMPLES,
  executor = true,
  clock,
  env = {},
}: { langgraphJson?: string; executor?: boolean; clock?: Clock; env?: Readonly<Record<string, string>> } = {}): Promise<TestServer> {
  const telemetry = makeTelemetry();
  const config = {
    ...readConfig({ PORT: '0', LOG_LEVEL: 'silent', SHUTDOWN_GRACE_SECONDS: '0', ...env }),
    langgraphJson,
    door: true,
    executor,
  };
  const executors: Executor[] = [];
  const app = await startApp(config, { telemetry, database: await openTestDatabase(), ...(clock && { clock }) });
  return {
    url: `${app.url ?? ''}/graphql`,
    app,
    telemetry,
    async openDoor(options, deps) {
      const door = await startServer({ ...app.deps, ...deps }, { ...config, ...options });
      return { url: `${door.url}/graphql`, stop: door.stop };
    },
    async startExecutor() {
      const started = await startExecutor(app.deps, { ...config, databaseUrl: null });
      executors.push(started);
    },
    async close() {
      await Promise.all(executors.map((started) => started.stop()));
      await app.stop('the test is over');
    },
  };
}
