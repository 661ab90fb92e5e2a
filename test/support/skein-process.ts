import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SKEIN = fileURLToPath(new URL('../../bin/skein.js', import.meta.url));

export interface SkeinOptions {
  readonly args: readonly string[];
  /** Added to an environment without any of Skein's own variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs it below a shell, as `npm start` does: `pid` and `kill` mean the shell then. */
  readonly underShell?: boolean;
  /** The working directory: no `.env` and no langgraph.json in it unless the test puts them there. */
  readonly cwd: string;
}

export interface SkeinResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SkeinProcess {
  /** `http://127.0.0.1:<port>/graphql` */
  readonly url: string;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Sends the signal; resolves when the process has ended. */
  kill(signal: NodeJS.Signals): Promise<SkeinResult>;
  readonly ended: Promise<SkeinResult>;
}

/** A folder of its own for a test, and what removes it. */
export async function makeTemporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'skein-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Runs the command line to its end. */
export async function runSkein(options: SkeinOptions): Promise<SkeinResult> {
  return launch(options).ended;
}

/** Starts a server on a free port (unless `args` name one) and resolves when it answers; rejects with its output when it ends before. */
export async function startSkein({ args, ...options }: SkeinOptions): Promise<SkeinProcess> {
  const launched = launch({ ...options, args: [...args, ...(args.includes('--port') ? [] : ['--port', '0'])] });
  return { url: await whenPrinted(launched, /http:\/\/\S+\/graphql/), ...toProcess(launched) };
}

/** Starts a process that only executes runs and resolves when it is up. */
export async function startWorker(options: Omit<SkeinOptions, 'args'>): Promise<Omit<SkeinProcess, 'url'>> {
  const launched = launch({ ...options, args: ['work'] });
  await whenPrinted(launched, /Skein is up/);
  return toProcess(launched);
}

/** What of the process's output matches; rejects with all of it when the process ends before. */
function whenPrinted({ child, ended, stdout, stderr }: ReturnType<typeof launch>, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const [found] = pattern.exec(stdout()) ?? [];
      if (found) resolve(found);
    });
    ended.then(({ code }) => reject(new Error(`skein ended with code ${code}:\n${stdout()}${stderr()}`)), reject);
  });
}

function toProcess({ child, ended, stdout, stderr }: ReturnType<typeof launch>): Omit<SkeinProcess, 'url'> {
  return {
    pid: child.pid ?? NaN,
    stdout,
    stderr,
    ended,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function launch({ args, env, underShell = false, cwd }: SkeinOptions) {
  const command = [process.execPath, SKEIN, ...args];
  const [file = '', ...parameters] = underShell ? ['sh', '-c', '"$@"; exit $?', 'sh', ...command] : command;
  const child: ChildProcess = spawn(file, parameters, {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: process.env['TMPDIR'],
      ...(underShell && { npm_lifecycle_event: 'start' }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([code, signal]): SkeinResult => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout: out,
    stderr: err,
  }));
  return { child, ended, stdout: () => out, stderr: () => err };
}
