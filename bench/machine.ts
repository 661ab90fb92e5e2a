import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** What figures depend on; nothing that tells whose machine it is. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly postgres: string | null;
  readonly skein: string;
}

/** What else was running: the load average of the last minute. Above the number of cores, figures say little. */
export function readLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1));
}

export function describeMachine(postgres: string | null): Machine {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  const [processor] = cpus();
  return {
    cores: cpus().length,
    processor: processor?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1_024 ** 3),
    node: process.version,
    postgres,
    skein: version,
  };
}
