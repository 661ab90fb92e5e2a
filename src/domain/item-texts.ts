import { isJsonObject, type Json } from './json.js';

/** One step into a value: a key, an index (negative: from the end), or every item of a list. */
type Step = string | number | typeof EVERY;

const EVERY = Symbol('every item');
/** The whole value. */
const WHOLE = '$';
const STEP = /\.([^.[\]]+)|\[(-?\d{1,9}|\*)\]/y;

/** What is wrong with a path like `$`, `a.b`, `list[-1]` or `list[*].x`; null: nothing. */
export function findPathFault(path: unknown): string | null {
  if (typeof path !== 'string') return 'must be a text';
  return path === WHOLE || readSteps(path) ? null : 'is not of the form `$`, `a.b`, `list[-1]` or `list[*].x`';
}

/** The texts that stand in a value at any of the paths, each once: objects and lists as JSON, and nothing where nothing is. */
export function textsAt(value: Json, paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => (path === WHOLE ? [value] : valuesAt(value, readSteps(path) ?? [])));
  return [...new Set(found.map(toText).filter((text) => text.trim() !== ''))];
}

function readSteps(path: string): Step[] | null {
  const dotted = `.${path}`;
  const steps: Step[] = [];
  const pattern = new RegExp(STEP);
  while (pattern.lastIndex < dotted.length) {
    const match = pattern.exec(dotted);
    if (!match) return null;
    const [, name, index] = match;
    steps.push(name ?? (index === '*' ? EVERY : Number(index)));
  }
  return steps;
}

function valuesAt(value: Json, steps: readonly Step[]): Json[] {
  return steps.reduce<Json[]>((values, step) => values.flatMap((one) => stepInto(one, step)), [value]);
}

function stepInto(value: Json, step: Step): readonly Json[] {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return step === EVERY ? list : typeof step === 'number' ? present(list.at(step)) : [];
  }
  return isJsonObject(value) && typeof step === 'string' && Object.hasOwn(value, step) ? present(value[step]) : [];
}

function present(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : [value];
}

function toText(value: Json): string {
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
