import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The server at `url`; where none runs, one of its own, which `stop` stops. */
export async function openServer(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  return (await isUp(url)) ? { url, stop: async () => {} } : startTemporaryServer();
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/health', url))).ok;
  } catch {
    // Nobody listens there.
    return false;
  }
}

/** Starts Skein on a free port with the example graphs and its data in a temporary folder, which `stop` removes. */
async function startTemporaryServer(): Promise<{ url: string; stop(): Promise<void> }> {
  process.stdout.write('No server runs there; starting one …\n');
  const dataDir = await mkdtemp(join(tmpdir(), 'skein-demo-'));
  const child = spawn(
    process.execPath,
    [at('../../bin/skein.js'), 'serve', '--port', '0', '--data-dir', dataDir, '--config', at('../langgraph.json')],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DATABASE_URL: '', LOG_LEVEL: 'warn' } },
  );
  const exited = once(child, 'exit');

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  }

  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (url) return { url, stop };
  }
  await stop();
  throw new Error('The server did not start; its message stands above.');
}

function at(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
