import pg from 'pg';
import { StartupError } from '../../domain/errors.js';
import { SECOND } from '../../ports/clock.js';
import type { MigrationSession } from './migrate.js';

/** Connections of one process: its runs, its readers, its loops. */
const POOL_SIZE = 20;
const ANSWERS_WITHIN_MS = 5 * SECOND;
/** Both a queue for a free connection and connecting itself are bounded by this. */
const CONNECTION_WITHIN_MS = 60 * SECOND;

/** `host:port/database` of a connection string; the password is not in it. */
export function describeServer(databaseUrl: string): string {
  const { host, port, database } = makeClient(databaseUrl);
  return `${host}:${port}/${database ?? ''}`;
}

/** Lends out one connection, apart from the pool. @throws StartupError when there is none within 5 s */
export async function withServerSession<T>(databaseUrl: string, work: (session: MigrationSession) => Promise<T>): Promise<T> {
  const client = makeClient(databaseUrl);
  const location = describeServer(databaseUrl);
  // Without a listener the loss of the connection would end the process; the query under way rejects anyway.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw unreachable(location, error);
  }
  try {
    return await work({
      location,
      query: async (sql, parameters = []) => (await client.query<object>(sql, [...parameters])).rows,
      script: async (sql) => {
        await client.query(sql);
      },
    });
  } finally {
    await client.end();
  }
}

/** Connections as Prisma's adapter needs them: it cuts the offset off timestamps, so every session speaks UTC. */
export function makePool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'skein',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECTION_WITHIN_MS,
    keepAlive: true,
    onConnect: prepareSession,
  });
  // An idle connection that breaks is replaced. Prisma's adapter listens too, but not while it disconnects, and an error event that nobody
  // hears ends the process.
  pool.on('error', () => undefined);
  return pool;
}

/** The pool waits for the promise before it lends the connection out, though its types promise nothing. */
function prepareSession(client: pg.ClientBase): unknown {
  return client.query("SET TIME ZONE 'UTC'; SET default_transaction_isolation = 'read committed'");
}

function makeClient(databaseUrl: string): pg.Client {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw malformed('it does not begin with postgres://');
  const schema = readSchemaParameter(databaseUrl);
  if (schema !== null && schema !== 'public') throw malformed(`its parameter schema=${schema} is not supported, only \`public\` is`);
  try {
    return new pg.Client({ connectionString: databaseUrl, application_name: 'skein', connectionTimeoutMillis: ANSWERS_WITHIN_MS });
  } catch {
    // The error quotes the whole string, with the password in it.
    throw malformed('it is no URL');
  }
}

function readSchemaParameter(databaseUrl: string): string | null {
  return new URLSearchParams(databaseUrl.split('?')[1] ?? '').get('schema');
}

function malformed(fault: string): StartupError {
  return new StartupError(`DATABASE_URL cannot be used: ${fault}. It looks like postgres://user:password@host:5432/database.`);
}

function unreachable(location: string, error: unknown): StartupError {
  return new StartupError(
    `The database ${location} that DATABASE_URL names cannot be opened: ${reasonOf(error)}. ` +
      'Check that the server runs and that name, user and password are right; without DATABASE_URL the embedded database is used.',
    { cause: error },
  );
}

/** One host name may stand for several addresses, each with its own failure. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
