import type { Json } from '../../domain/json.js';
import type { FilterCondition } from '../../domain/store-filter.js';
import type { NamespaceMatch } from '../../domain/store-operation.js';
import { Prisma } from '../../generated/prisma/client.js';
import { toJsonb } from '../database/json.js';
import { toText } from '../database/text.js';

/** A namespace as one text: a dot after each label. Only of labels without a dot. */
export function pathOf(namespace: readonly string[]): string {
  return namespace.map((label) => `${label}.`).join('');
}

/** As many characters of the path as its index holds. */
const INDEXED_PATH = Prisma.sql`left("path", 256) COLLATE "C"`;
const INDEXED_LENGTH = 256;

/** Rows whose namespaces begin with all labels of `prefix`, found through the index. */
export function prefixClauses(prefix: readonly string[]): Prisma.Sql[] {
  if (prefix.length === 0) return [];
  // No item has such a label.
  if (prefix.some((label) => label === '' || label.includes('.'))) return [Prisma.sql`FALSE`];
  const path = toText(pathOf(prefix));
  if ([...path].length > INDEXED_LENGTH)
    return [Prisma.sql`${INDEXED_PATH} = left(${path}, 256)`, Prisma.sql`starts_with("path", ${path})`];
  // What begins with "a.b." lies before "a.b/": the slash is the character after the dot.
  return [Prisma.sql`${INDEXED_PATH} >= ${path}`, Prisma.sql`${INDEXED_PATH} < ${`${path.slice(0, -1)}/`}`];
}

const ANY_LABEL = '*';

/** Rows whose namespaces begin or end as a pattern says. */
export function matchClauses({ at, labels }: NamespaceMatch): Prisma.Sql[] {
  const wild = labels.indexOf(ANY_LABEL);
  const labelAt = (index: number): Prisma.Sql =>
    at === 'beginning'
      ? Prisma.sql`"namespace"[${index + 1}::int]`
      : Prisma.sql`"namespace"[cardinality("namespace") - ${labels.length - 1 - index}::int]`;
  return [
    ...(at === 'beginning' ? prefixClauses(wild === -1 ? labels : labels.slice(0, wild)) : []),
    Prisma.sql`cardinality("namespace") >= ${labels.length}::int`,
    ...labels.flatMap((label, index) => (label === ANY_LABEL ? [] : [Prisma.sql`${labelAt(index)} = ${toText(label)}`])),
  ];
}

/** Rows whose value satisfies a condition. */
export function conditionClause(condition: FilterCondition): Prisma.Sql {
  const { key, operator, operand } = condition;
  const field = Prisma.sql`("value" -> ${toText(key)}::text)`;
  switch (operator) {
    case '$eq':
      return equals(key, field, operand);
    case '$ne':
      return Prisma.sql`${field} IS DISTINCT FROM ${toJsonb(operand)}::jsonb`;
    case '$in':
      return Prisma.sql`${field} IN (SELECT jsonb_array_elements(${toJsonb(operand)}::jsonb))`;
    case '$nin':
      return Prisma.sql`(${field} IN (SELECT jsonb_array_elements(${toJsonb(operand)}::jsonb))) IS NOT TRUE`;
    default:
      return compares(key, field, COMPARISONS[operator], operand);
  }
}

const COMPARISONS = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const;

/** Containment, which an index knows, is equality as long as the operand is a scalar. */
function equals(key: string, field: Prisma.Sql, operand: Json): Prisma.Sql {
  if (typeof operand === 'object' && operand !== null) return Prisma.sql`${field} = ${toJsonb(operand)}::jsonb`;
  return Prisma.sql`"value" @> ${toJsonb({ [key]: operand })}::jsonb`;
}

/** Texts in the order of their code points: databases differ in what they think of the order of words. */
function compares(key: string, field: Prisma.Sql, comparison: string, operand: number | string): Prisma.Sql {
  const is = Prisma.raw(comparison);
  return typeof operand === 'number'
    ? Prisma.sql`(jsonb_typeof(${field}) = 'number' AND ${field} ${is} ${toJsonb(operand)}::jsonb)`
    : Prisma.sql`(jsonb_typeof(${field}) = 'string' AND ("value" ->> ${toText(key)}::text) COLLATE "C" ${is} ${toText(operand)})`;
}
