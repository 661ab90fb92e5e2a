import { resolve } from 'node:path';
import { LOG_LEVELS, type LogLevel } from './adapters/pino-log.js';
import { StartupError } from './domain/errors.js';
import { DAY, SECOND } from './ports/clock.js';
import { directory, oneOf, origins, postgresUrl, secret, text, trueOrFalse, wholeNumber, type Format } from './setting-formats.js';

/** Everything that can be set from outside. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** null: not named; see find-langgraph-json.ts. */
  readonly langgraphJson: string | null;
  readonly graphiql: boolean;
  /** Concurrent runs per process. */
  readonly runSlots: number;
  readonly runTimeLimitMs: number;
  readonly leaseMs: number;
  /** How many leases of one run may expire before it ends in ERROR. */
  readonly runMaxLost: number;
  readonly shutdownGraceMs: number;
  /** How long the events of an ended run are kept. */
  readonly eventRetentionMs: number;
  /** Whether webhooks may call addresses that are not public. */
  readonly webhookAllowPrivate: boolean;
  /** What webhook calls are signed with; null: they are not. */
  readonly webhookSecret: string | null;
  readonly logLevel: LogLevel;
  /** Empty: no other origin may call. */
  readonly corsOrigins: readonly string[];
  readonly bodyMaxBytes: number;
}

/** What the command line says instead of a variable, as it was typed. */
export interface ConfigOverrides {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * Reads the settings: an override wins over its variable, the variable over the default; an empty one counts as not set.
 * @throws {@link StartupError} naming every fault at once: the variable, its value, what is allowed.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, overrides: ConfigOverrides = {}): Config {
  const faults: string[] = [];

  function read<Value, Default>(
    variable: string,
    format: Format<Value>,
    fallback: Default,
    flag?: { name: string; text: string | undefined },
  ): Value | Default {
    const [name, given] = flag?.text ? [flag.name, flag.text] : [variable, env[variable]];
    if (!given) return fallback;
    const value = format.parse(given);
    if (value !== undefined) return value;
    faults.push(`${name} is ${format.secret ? 'not readable' : JSON.stringify(given)}; it must be ${format.allowed}.`);
    return fallback;
  }

  const config: Config = {
    host: read('HOST', text('a host name or an address'), '127.0.0.1', { name: '--host', text: overrides.host }),
    port: read('PORT', wholeNumber(0, 65_535), 8123, { name: '--port', text: overrides.port }),
    databaseUrl: read('DATABASE_URL', postgresUrl, null),
    dataDir: read('DATA_DIR', directory, resolve('.skein'), { name: '--data-dir', text: overrides.dataDir }),
    langgraphJson: read('LANGGRAPH_JSON', text('the path of a langgraph.json'), null, { name: '--config', text: overrides.config }),
    graphiql: read('GRAPHIQL', trueOrFalse, true),
    runSlots: read('RUN_SLOTS', wholeNumber(1, 1_000), 10),
    runTimeLimitMs: read('RUN_TIME_LIMIT_SECONDS', wholeNumber(1, 30 * 24 * 3_600, SECOND), 3_600 * SECOND),
    leaseMs: read('LEASE_SECONDS', wholeNumber(1, 3_600, SECOND), 8 * SECOND),
    runMaxLost: read('RUN_MAX_LOST', wholeNumber(0, 1_000), 3),
    shutdownGraceMs: read('SHUTDOWN_GRACE_SECONDS', wholeNumber(0, 3_600, SECOND), 10 * SECOND),
    eventRetentionMs: read('EVENT_RETENTION_DAYS', wholeNumber(1, 36_500, DAY), 7 * DAY),
    webhookAllowPrivate: read('WEBHOOK_ALLOW_PRIVATE', trueOrFalse, false),
    webhookSecret: read('WEBHOOK_SECRET', secret, null),
    logLevel: read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    corsOrigins: read('CORS_ORIGINS', origins, []),
    bodyMaxBytes: read('BODY_MAX_BYTES', wholeNumber(1_024, 1_024 ** 3), 1_024 ** 2),
  };

  if (faults.length > 0) throw new StartupError(['The configuration is not valid:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  return Object.freeze(config);
}
