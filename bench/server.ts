import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const GRAPHS = fileURLToPath(new URL('graphs/langgraph.json', import.meta.url));

/** A server in a process of its own. */
export interface Server {
  /** `http://127.0.0.1:<port>/graphql` */
  readonly url: string;
  /** SIGTERM; resolves when the process is gone and its data with it. */
  stop(): Promise<void>;
}

/**
 * Starts `skein serve` as it ships, with the graphs of this folder, on a free port. `databaseUrl` null: embedded, in a temporary folder.
 * `nodeFlags` are node's own.
 */
export async function startServer(databaseUrl: string | null, nodeFlags: readonly string[] = []): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'skein-bench-'));
  const log = createWriteStream(join(folder, 'log'));
  await once(log, 'open');
  const child = spawn(
    process.execPath,
    [
      ...nodeFlags,
      '--import',
      import.meta.resolve('tsx'),
      MAIN,
      'serve',
      '--port',
      '0',
      '--data-dir',
      join(folder, 'data'),
      '--config',
      GRAPHS,
    ],
    {
      cwd: folder,
      // The log goes straight to a file: reading it here would take time from the measuring.
      stdio: ['ignore', 'pipe', log],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }) },
    },
  );
  const exited = once(child, 'exit');

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }

  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\S+\/graphql/.exec(line) ?? [];
    if (url) {
      child.stdout.resume();
      return { url, stop };
    }
  }
  const complaint = await readFile(join(folder, 'log'), 'utf8');
  await stop();
  throw new Error(`The server did not start:\n${complaint}`);
}
