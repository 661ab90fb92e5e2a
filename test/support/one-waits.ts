import type { Database } from '../../src/store/database/database.js';

/** Returns when a statement of this database waits for a lock. On a PostgreSQL server: the embedded database has one connection. */
export async function oneWaits({ prisma }: Database, what: string): Promise<void> {
  const patience = Date.now() + 5_000;
  for (;;) {
    const [row] = await prisma.$queryRaw<{ waiting: number }[]>`
      SELECT count(*)::int AS "waiting" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    if (row && row.waiting > 0) return;
    if (Date.now() > patience) throw new Error(`Nobody waits for ${what}.`);
  }
}
