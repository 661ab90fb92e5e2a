import { badUserInput, type InputIssue } from './errors.js';
import { findJsonFault, isJsonObject, type Json, type JsonObject } from './json.js';

/** What must hold of one top-level key of an item's value. */
export type FilterCondition = { readonly key: string } & (
  | { readonly operator: '$eq' | '$ne'; readonly operand: Json }
  /** Of numbers as numbers, of texts by code point; a value of another type does not satisfy it. */
  | { readonly operator: '$gt' | '$gte' | '$lt' | '$lte'; readonly operand: number | string }
  | { readonly operator: '$in' | '$nin'; readonly operand: readonly Json[] }
);

/**
 * The conditions of a filter, all of which must hold: `{key: scalar}` or `{key: {$gt: 1, …}}`. An object without operators means equality.
 * BAD_USER_INPUT names each unknown operator and each operand that does not fit.
 */
export function parseFilter(filter: JsonObject, path: readonly (string | number)[] = ['filter']): FilterCondition[] {
  const issues: InputIssue[] = [];
  const conditions = Object.entries(filter).flatMap(([key, given]) =>
    operatorsOf(given).flatMap(([operator, operand]) => {
      const condition = { key, operator, operand };
      const message = findFault(condition);
      if (message === null) return [condition as FilterCondition];
      issues.push({ path: [...path, key, operator], message });
      return [];
    }),
  );
  if (issues.length === 0) return conditions;
  throw badUserInput(
    `The filter is not valid: ${issues.map((issue) => `\`${issue.path.join('.')}\` ${issue.message}`).join('; ')}.`,
    issues,
  );
}

const OPERATORS = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin'] as const satisfies readonly FilterCondition['operator'][];

function operatorsOf(given: Json): [string, Json][] {
  const isOperators = isJsonObject(given) && Object.keys(given).some((key) => key.startsWith('$'));
  return isOperators ? Object.entries(given) : [['$eq', given]];
}

function findFault({ operator, operand }: { readonly operator: string; readonly operand: Json }): string | null {
  switch (operator) {
    case '$eq':
    case '$ne':
      return findJsonFault(operand);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return typeof operand === 'number' || typeof operand === 'string' ? null : 'must be compared with a number or a text';
    case '$in':
    case '$nin':
      return Array.isArray(operand) ? findJsonFault(operand) : 'must be a list';
    default:
      return `is no operator; there are ${OPERATORS.join(', ')}`;
  }
}
