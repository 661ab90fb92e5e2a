import pg from 'pg';

/** One form of statement, as pg_stat_statements counts it. */
export interface Statement {
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
}

export interface StatementCounter {
  /** Counts from now on. */
  reset(): Promise<void>;
  /** Since the last reset, the most frequent first. */
  read(): Promise<Statement[]>;
  stop(): Promise<void>;
}

/** Counts the statements of one database. Its server must have loaded pg_stat_statements. */
export async function openStatementCounter(url: string): Promise<StatementCounter> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  return {
    async reset() {
      await client.query('SELECT pg_stat_statements_reset()');
    },
    async read() {
      const { rows } = await client.query<Statement>(`
        SELECT regexp_replace("query", '\\s+', ' ', 'g') AS "text", "calls"::int AS "calls", "total_exec_time" AS "totalMs"
          FROM pg_stat_statements
         WHERE "query" NOT LIKE '%pg_stat_statements%'
           AND "dbid" = (SELECT "oid" FROM pg_database WHERE "datname" = current_database())
         ORDER BY "calls" DESC`);
      return rows;
    },
    stop: () => client.end(),
  };
}
