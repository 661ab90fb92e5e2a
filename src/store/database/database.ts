import { PrismaPg } from '@prisma/adapter-pg';
import { StorageFailure } from '../../domain/errors.js';
import { PrismaClient, Prisma } from '../../generated/prisma/client.js';
import { SECOND } from '../../ports/clock.js';
import { makeVectorSearch, type VectorSearch } from '../store-items/vector-search.js';
import { openEmbedded } from './embedded.js';
import { makeEmbeddedAdapter } from './embedded-adapter.js';
import { migrate } from './migrate.js';
import { describeServer, makePool, withServerSession } from './server.js';

/** What every statement takes: an open transaction, or the client itself for one statement alone. */
export type Db = Prisma.TransactionClient;

/** An open, migrated database. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly kind: 'embedded' | 'server';
  readonly vectors: VectorSearch;
  /** What to print: the folder, or host, port and name without password. */
  readonly location: string;
  /** Lets statements under way end and rolls back open transactions; nothing may begin afterwards. Idempotent. */
  close(): Promise<void>;
}

/** `databaseUrl` null: the embedded database in `dataDir`. */
export interface DatabaseAddress {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

/**
 * Opens the database that `address` names and brings its tables up to date.
 * @throws StartupError saying what is wrong, where, and what to do; an unreachable server within about 5 s
 */
export async function openDatabase({ databaseUrl, dataDir }: DatabaseAddress): Promise<Database> {
  return databaseUrl === null ? openEmbeddedDatabase(dataDir) : openServerDatabase(databaseUrl);
}

/**
 * Runs `work` in one READ COMMITTED transaction: all of it happens, or nothing. Only `db` may be used inside, never `database`: the
 * embedded database has one connection, and waiting for it there is waiting for ever. Nothing else may be awaited inside either.
 * An error of a statement ends the transaction; do not catch it inside `work` and go on.
 * Concurrency: any number of calls queue. After a deadlock or a serialization failure `work` is called again, so it must have no effect
 * outside the database.
 */
export async function transact<T>(database: Pick<Database, 'prisma'>, work: (db: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.prisma.$transaction(work);
    } catch (error) {
      if (attempt === TRANSACTION_ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}

const TRANSACTION_ATTEMPTS = 10;
/** SQLSTATEs with which the database asks to try the whole transaction again: serialization failure, deadlock. */
const RETRYABLE = ['40001', '40P01'];
/** 1,000 transactions at once on the embedded database take about 4 s (2 cores, November 2026): `maxWait` is for far worse. */
const TRANSACTION_OPTIONS = { maxWait: 60 * SECOND, timeout: 30 * SECOND };

async function openEmbeddedDatabase(dataDir: string): Promise<Database> {
  const { pglite, session, close } = await openEmbedded(dataDir);
  try {
    await session.script("SET TIME ZONE 'UTC'");
    await migrate(session);
  } catch (error) {
    await close();
    throw error;
  }
  const prisma = new PrismaClient({ adapter: makeEmbeddedAdapter(pglite), transactionOptions: TRANSACTION_OPTIONS });
  return { prisma, kind: 'embedded', vectors: makeVectorSearch(prisma), location: session.location, close: closeOnce(prisma, close) };
}

async function openServerDatabase(databaseUrl: string): Promise<Database> {
  await withServerSession(databaseUrl, migrate);
  const pool = makePool(databaseUrl);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: TRANSACTION_OPTIONS });
  const location = describeServer(databaseUrl);
  return { prisma, kind: 'server', vectors: makeVectorSearch(prisma), location, close: closeOnce(prisma, () => pool.end()) };
}

function closeOnce(prisma: PrismaClient, closeConnections: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= prisma.$disconnect().then(closeConnections));
}

function isRetryable(error: unknown): boolean {
  if (error instanceof StorageFailure) return isRetryable(error.cause);
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  // Prisma's own calls say P2034 for both; a raw statement keeps the driver's error.
  if (error.code === 'P2034') return true;
  const driverError = error.meta?.['driverAdapterError'] as { readonly cause?: { readonly originalCode?: string } } | undefined;
  return RETRYABLE.includes(driverError?.cause?.originalCode ?? '');
}
