import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How many tests passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs the suites (all, or those whose path contains one of `paths`) in a process of their own, with `env` added to the environment, from
 * which DATABASE_URL is taken away.
 */
export async function runSuites({
  env = {},
  paths = [],
}: { env?: Readonly<Record<string, string>>; paths?: readonly string[] } = {}): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'skein-suites-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '..', 'vitest.mjs');
    const parameters = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...paths];
    const child = spawn(process.execPath, [vitest, ...parameters], {
      env: { ...process.env, DATABASE_URL: undefined, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    const tally = await readReport(report);
    // Something broke outside of any test: an unhandled rejection, the set-up, vitest itself.
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The line that ends a run of tests. */
export function summarise(tallies: readonly Tally[]): string {
  const sum = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

async function readReport(path: string): Promise<Tally> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text) as Report;
  // A file that cannot be loaded has no tests that could fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}
