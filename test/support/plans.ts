import { Prisma } from '../../src/generated/prisma/client.js';
import type { Database, Db } from '../../src/store/database/database.js';

/** A step of how the database goes about a statement. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** The raw statements that `work` really issues, in order, as they went to the database. */
export async function recordStatements({ prisma }: Database, work: (db: Db) => Promise<unknown>): Promise<Prisma.Sql[]> {
  const statements: Prisma.Sql[] = [];
  const db = new Proxy(prisma, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== '$queryRaw' && name !== '$executeRaw') return value.bind(target) as unknown;
      return (parts: TemplateStringsArray, ...values: unknown[]): unknown => {
        statements.push(Prisma.sql(parts, ...values));
        return Reflect.apply(value, target, [parts, ...values]) as unknown;
      };
    },
  });
  await work(db);
  return statements;
}

/** How the database goes about a statement, which it carries out to count the rows it touches. */
export async function explain({ prisma }: Database, statement: Prisma.Sql): Promise<PlanNode> {
  const [row] = await prisma.$queryRaw<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }[]>`
    EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`;
  const [plan] = row?.['QUERY PLAN'] ?? [];
  if (!plan) throw new Error('The database explained nothing.');
  return plan.Plan;
}

/** A plan's steps, the outermost first. */
export function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** How many rows of tables were looked at, those thrown away included. */
export function rowsTouched(plan: PlanNode): number {
  const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined);
  const rows = scans.map(
    (node) =>
      (node['Actual Loops'] ?? 0) *
      ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)),
  );
  return rows.reduce((sum, count) => sum + count, 0);
}
