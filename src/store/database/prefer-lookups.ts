import type { Db } from './database.js';

/**
 * Makes the planner look rows up one by one until the transaction ends. It cannot tell how far a recursion goes, and expects some ten million
 * rows where there are a hundred: without this it compiles such a statement (0.6 s) and lays out a table for all the rows that it expects
 * (0.2 s). `LIMIT 1` on a primary key, in the statement, keeps it from reading a whole table for each row (1.4 s for one thread where there
 * are 48,000 checkpoints in all). With all of it: 30 ms (PostgreSQL 15, November 2026). One round trip.
 */
export async function preferLookups(db: Db): Promise<void> {
  await db.$executeRaw`SELECT set_config('jit', 'off', true), set_config('enable_hashjoin', 'off', true)`;
}
