import { makeMemorySignals } from './adapters/memory-signals.js';
import { logTelemetry, makeLogger } from './adapters/pino-log.js';
import { startPostgresSignals } from './adapters/postgres-signals.js';
import { makeSystemClock } from './adapters/system-clock.js';
import { makeTelemetry } from './adapters/telemetry.js';
import { makeWebhookWire } from './adapters/webhook-wire.js';
import type { Config } from './config.js';
import { startCrons } from './executor/cron-loop.js';
import { startDeliveries } from './executor/delivery-loop.js';
import { type Executor, startExecutor } from './executor/executor.js';
import { startSweeps } from './executor/sweeps.js';
import { startServer } from './graphql/door/server.js';
import { makeCheckpointer } from './langgraph/checkpointer/checkpointer.js';
import { makeGraphDescriptions } from './langgraph/describe/describe-graphs.js';
import { makeSourceReader } from './langgraph/describe/source-schemas.js';
import { makeGraphs } from './langgraph/graphs.js';
import { loadGraphs } from './langgraph/load/load-graphs.js';
import { GraphStore } from './langgraph/store/graph-store.js';
import type { Clock } from './ports/clock.js';
import type { Telemetry } from './ports/telemetry.js';
import { ensureDefaultAssistants } from './services/assistants/ensure-default-assistants.js';
import type { Deps } from './services/caller.js';
import { makeLogTails } from './services/log/log-tails.js';
import { doStoreOperations } from './services/store/do-store-operations.js';
import { type Database, openDatabase } from './store/database/database.js';

export interface AppConfig extends Omit<Config, 'langgraphJson'> {
  readonly langgraphJson: string;
  /** Whether this process answers clients. */
  readonly door: boolean;
  /** Whether it executes runs. */
  readonly executor: boolean;
}

/** What tests bring along instead of the real thing. */
export interface AppParts {
  readonly clock?: Clock;
  readonly telemetry?: Telemetry;
  /** Open and migrated; the app closes it. */
  readonly database?: Database;
}

export interface App {
  /** null: no door. */
  readonly url: string | null;
  readonly graphIds: readonly string[];
  /** Where the data lies, to show. */
  readonly location: string;
  /** Of langgraph.json, to show. */
  readonly warnings: readonly string[];
  readonly deps: Deps;
  /** Lets runs and requests finish for the grace, hands the rest back, closes the database. Nothing acknowledged is lost. Idempotent. */
  stop(reason: string): Promise<void>;
}

/**
 * Wires the rooms and starts them in order: graphs, database, default assistants, executor (which takes over runs that an earlier process
 * left), door.
 * @throws StartupError, with everything that had been started stopped again
 */
export async function startApp(config: AppConfig, parts: AppParts = {}): Promise<App> {
  const clock = parts.clock ?? makeSystemClock();
  const telemetry = parts.telemetry ?? makeTelemetry();
  const undo: (() => unknown)[] = [logTelemetry(telemetry, makeLogger(config.logLevel))];
  const stopAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };

  try {
    const loaded = await loadGraphs(config.langgraphJson);
    const database = parts.database ?? (await openDatabase(config));
    undo.push(() => database.close());
    const signals = config.databaseUrl === null ? makeMemorySignals() : startPostgresSignals(config.databaseUrl, { clock, telemetry });
    undo.push(() => ('stop' in signals ? signals.stop() : undefined));
    const webhooks = makeWebhookWire({ allowPrivate: config.webhookAllowPrivate });
    undo.push(() => webhooks.close());
    const store = { database, signals, telemetry, storeSettings: loaded.store, storeIndex: loaded.storeIndex };
    const deps: Deps = {
      ...{ ...store, clock, webhooks },
      graphs: makeGraphs({
        loaded,
        makeCheckpointer: (scope) => makeCheckpointer(database, scope),
        makeStore: ({ tenantId }) => new GraphStore((operations) => doStoreOperations({ ...store, tenantId }, operations)),
      }),
      descriptions: makeGraphDescriptions({ loaded, source: makeSourceReader({ specs: [...loaded.graphs.values()], clock }), telemetry }),
      tails: makeLogTails({ database, signals, clock, telemetry }),
      defaultTtlMinutes: loaded.threadTtl.defaultMinutes,
      runSlots: config.executor ? config.runSlots : 0,
    };
    await ensureDefaultAssistants(deps);

    let executor: Executor | null = null;
    if (config.executor) {
      executor = await startExecutor(deps, config);
      const sweeps = startSweeps(deps, { ...config, threadTtl: loaded.threadTtl });
      const crons = startCrons(deps);
      const deliveries = startDeliveries(deps, config);
      undo.push(() => Promise.all([crons.stop(), sweeps.stop(), deliveries.stop(), webhooks.close(), executor?.stop()]));
    }
    const door = config.door ? await startServer(deps, config) : null;
    telemetry.emit('server.started', { url: door?.url ?? null });

    let stopping: Promise<void> | null = null;
    return {
      url: door?.url ?? null,
      graphIds: deps.graphs.list().map(({ graphId }) => graphId),
      location: database.location,
      warnings: loaded.warnings,
      deps,
      stop(reason) {
        telemetry.emit('server.stopping', { reason });
        // At once: clients that wait for a run get its result while it finishes.
        stopping ??= Promise.all([door?.stop(), executor?.stop()]).then(stopAll);
        return stopping;
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
