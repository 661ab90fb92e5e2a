import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A PostgreSQL server of our own, in a temporary folder; gone when stopped. */
export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The folder with `postgres` and `initdb`: in PATH, where `pg_config` says, or where Debian and Homebrew put them; null when nowhere. */
export function findPostgres(): string | null {
  const candidates = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim() ?? '',
    ...versionsIn('/usr/lib/postgresql', ''),
    ...versionsIn('/opt/homebrew/opt', 'postgresql'),
    ...versionsIn('/usr/local/opt', 'postgresql'),
  ];
  return candidates.find((folder) => folder !== '' && ['postgres', 'initdb'].every((name) => existsSync(join(folder, name)))) ?? null;
}

/** Makes and starts a server from the binaries in `folder`. It listens on a socket in its own folder: no port to collide on. */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  const data = await mkdtemp(join(tmpdir(), 'skein-postgres-'));
  const identity = unprivileged();
  if (identity) await chown(data, identity.uid, identity.gid);
  const options: SpawnOptions = {
    ...identity,
    cwd: data,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  };

  await run(join(folder, 'initdb'), ['-D', join(data, 'data'), '-U', 'skein', '--auth=trust', '--encoding=UTF8', '--no-sync'], options);
  // The zone is an odd one so that a session that forgets to speak UTC is noticed.
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${data}`,
    'fsync=off',
    'max_connections=200',
    'deadlock_timeout=100ms',
    'timezone=Asia/Kathmandu',
  ];
  const server = spawn(join(folder, 'postgres'), ['-D', join(data, 'data'), ...settings.flatMap((setting) => ['-c', setting])], options);
  const exited = once(server, 'exit');
  const log = createInterface({ input: server.stderr! });
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`postgres did not start:\n${lines.join('\n')}`)));
    log.on('line', (line) => {
      if (lines.push(line) > 100) lines.shift();
      if (line.includes('ready to accept connections')) resolve();
    });
  });
  return {
    url: `postgres://skein@localhost/postgres?host=${encodeURIComponent(data)}`,
    async stop() {
      // A fast shutdown: sessions that are still there are ended.
      server.kill('SIGINT');
      await exited;
      await rm(data, { recursive: true, force: true });
    },
  };
}

function versionsIn(folder: string, prefix: string): string[] {
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).filter((name) => name.startsWith(prefix));
  return versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true })).map((name) => join(folder, name, 'bin'));
}

/** PostgreSQL refuses to run as root: somebody else then, `postgres` where there is one. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find(([candidate]) => candidate === name)).find((found) => found !== undefined);
  if (!user) throw new Error('PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function run(command: string, parameters: readonly string[], options: SpawnOptions): Promise<void> {
  const child = spawn(command, parameters, options);
  const complaints: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} failed:\n${complaints.join('')}`);
}
