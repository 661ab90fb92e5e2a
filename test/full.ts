import { findPostgres, startPostgres, type PostgresServer } from './support/postgres-server.js';
import { runSuites, summarise, type Tally } from './support/suites.js';

const say = (text: string) => process.stdout.write(`${text}\n`);

/**
 * `npm run test:full`: every suite on the embedded database, then on a PostgreSQL server. Paths narrow it down; `--server-only` leaves the
 * first half to an `npm test` beside it.
 */
const parameters = process.argv.slice(2);
const serverOnly = parameters.includes('--server-only');
const paths = parameters.filter((parameter) => !parameter.startsWith('--'));
const server = await findServer();
const tallies: Tally[] = [];
try {
  if (!serverOnly) {
    say('All suites, embedded database.');
    tallies.push(await runSuites({ paths }));
  }
  if (server) {
    say(`All suites, PostgreSQL server.`);
    tallies.push(await runSuites({ paths, env: { SKEIN_TEST_DATABASE_URL: server.url } }));
  }
} finally {
  await server?.stop();
}
if (!server) {
  say(
    'No PostgreSQL server to test on: set DATABASE_URL to one on which databases may be created, or install the server (Debian: ' +
      'apt-get install postgresql; macOS: brew install postgresql), so that `postgres` and `initdb` are in PATH, in the folder that ' +
      '`pg_config --bindir` names, in /usr/lib/postgresql/*/bin, or where Homebrew puts them.',
  );
}
const failed = !server || tallies.some((tally) => tally.failed > 0);
say(summarise(server ? tallies : [...tallies, { passed: 0, failed: 1 }]));
process.exitCode = failed ? 1 : 0;

async function findServer(): Promise<PostgresServer | null> {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined && url !== '') return { url, stop: async () => undefined };
  const folder = findPostgres();
  if (!folder) return null;
  const started = await startPostgres(folder);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      started
        .stop()
        .finally(() => process.exit(1))
        .catch(() => undefined);
    });
  }
  return started;
}
