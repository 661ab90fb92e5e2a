import { badUserInput } from './errors.js';
import type { Json } from './json.js';

/** One step into JSON: a key, or an index (negative: from the end). */
export type PathStep = string | number;

const PATH_MAX_LENGTH = 1_000;
const STEP = /\.([^.[\]]+)|\[(-?\d{1,9})\]|\["((?:[^"\\]|\\["\\])*)"\]/y;

/**
 * Reads `values.messages[-1].content` into its steps: names after dots, indexes in brackets (negative ones count from the end),
 * names with dots or brackets in them as `["a.b"]`. BAD_USER_INPUT when it is no such path or does not begin with one of `roots`.
 */
export function parseExtractPath(path: string, roots: readonly string[]): readonly PathStep[] {
  const fault = faultOf(path, roots);
  if (fault) throw badUserInput(`The path "${path.slice(0, 100)}" ${fault}.`, [{ path: ['path'], message: fault }]);
  return readSteps(path) ?? [];
}

/** What stands at the end of `steps`; null when there is nothing. */
export function extract(from: Json, steps: readonly PathStep[]): Json {
  return steps.reduce<Json>((value, step) => stepInto(value, step), from);
}

function faultOf(path: string, roots: readonly string[]): string | null {
  if (path.length > PATH_MAX_LENGTH) return `is longer than ${PATH_MAX_LENGTH} characters`;
  const steps = readSteps(path);
  if (!steps) return 'is not of the form `values.messages[-1].content`';
  if (!roots.includes(String(steps[0]))) return `must begin with ${roots.map((root) => `\`${root}\``).join(' or ')}`;
  return null;
}

function readSteps(path: string): PathStep[] | null {
  const dotted = `.${path}`;
  const steps: PathStep[] = [];
  const pattern = new RegExp(STEP);
  while (pattern.lastIndex < dotted.length) {
    const match = pattern.exec(dotted);
    if (!match) return null;
    const [, name, index, quoted] = match;
    steps.push(index !== undefined ? Number(index) : (name ?? (quoted ?? '').replace(/\\(.)/g, '$1')));
  }
  return steps;
}

function stepInto(value: Json, step: PathStep): Json {
  if (typeof value !== 'object' || value === null) return null;
  if (isList(value)) return typeof step === 'number' ? (value.at(step) ?? null) : null;
  const key = String(step);
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
