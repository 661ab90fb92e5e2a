import type { DestinationStream } from 'pino';

/** Turns JSON lines into `12:00:00.000 WARN run.lost runId=… lostCount=1` for whoever reads them in a terminal; stacks follow on lines of their own. */
export function makeReadableLog(out: { write(text: string): unknown }): DestinationStream {
  return { write: (line) => void out.write(toReadable(line)) };
}

function toReadable(line: string): string {
  const { level, time, msg, error, ...facts } = JSON.parse(line) as LogLine;
  const shown = Object.entries(facts).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const head = [time.slice(11, 23), level.toUpperCase().padEnd(5), msg, ...shown].join(' ');
  return error === undefined
    ? `${head}\n`
    : `${head}\n${typeof error === 'object' ? (error.stack ?? JSON.stringify(error)) : String(error)}\n`;
}

interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly error?: { readonly stack?: string } | string;
  readonly [fact: string]: unknown;
}
