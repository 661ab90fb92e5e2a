import { pino, type DestinationStream, type Logger } from 'pino';
import type { Telemetry, TelemetryEvents, TelemetryName } from '../ports/telemetry.js';
import { makeReadableLog } from './readable-log.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
type LineLevel = Exclude<LogLevel, 'silent'>;

/**
 * A logger that writes one JSON object a line, `time` in ISO-8601, errors with their stack under `error`; to stderr, readably when that is
 * a terminal.
 */
export function makeLogger(level: LogLevel, destination: DestinationStream = standardError()): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause },
    },
    destination,
  );
}

function standardError(): DestinationStream {
  // Synchronous, so that the last lines before an exit are not lost.
  return process.stderr.isTTY ? makeReadableLog(process.stderr) : pino.destination({ fd: 2, sync: true });
}

/** Writes one line for each event until the returned function is called. */
export function logTelemetry(telemetry: Telemetry, logger: Logger): () => void {
  return telemetry.subscribe((name, facts) => {
    const line: object = facts;
    logger[levelOf(name, facts)](line, name as string);
  });
}

const LEVELS: { readonly [Name in TelemetryName]: LineLevel | ((facts: TelemetryEvents[Name]) => LineLevel) } = {
  'server.started': 'info',
  'server.stopping': 'info',
  'run.created': 'debug',
  'run.claimed': 'debug',
  'run.settled': ({ status }) => (status === 'ERROR' || status === 'TIMEOUT' ? 'warn' : 'info'),
  'run.cancelRequested': 'info',
  'run.leaseLost': 'warn',
  'run.lost': 'warn',
  'run.handedBack': 'info',
  'graph.stateUnreadable': 'warn',
  'graph.schemaUnknown': 'warn',
  'thread.stateUpdated': 'debug',
  'cron.fired': ({ outcome }) => (outcome === 'FAILED' ? 'warn' : 'debug'),
  'delivery.failed': 'info',
  'delivery.settled': ({ outcome }) => (outcome === 'DELIVERED' ? 'debug' : 'warn'),
  'deliveries.swept': 'debug',
  'threads.swept': 'debug',
  'threads.expired': 'info',
  'store.embeddingFailed': 'error',
  'storeItems.swept': 'debug',
  'runs.swept': 'debug',
  'events.expired': 'debug',
  'feed.began': 'debug',
  'loop.failed': 'error',
  'request.failed': 'error',
  'promise.orphaned': 'error',
};

function levelOf<Name extends TelemetryName>(name: Name, facts: TelemetryEvents[Name]): LineLevel {
  const level = LEVELS[name];
  return typeof level === 'function' ? level(facts) : level;
}
