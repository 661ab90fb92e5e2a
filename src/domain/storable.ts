import type { InputIssue } from './errors.js';

/** Levels of objects and lists that a value may have; deeper ones overflow the stack of whoever writes them out. */
const DEPTH_MAX = 200;

interface Place {
  readonly value: unknown;
  readonly key: string | number;
  readonly parent: Place | null;
  readonly depth: number;
}

/**
 * The first thing in `value` that could not be stored and read back equal: U+0000 or half a surrogate pair in a string or key, a
 * number beyond what a double holds, too many levels. Null when there is none. One pass, no recursion.
 */
export function findStorageFault(value: unknown, path: readonly (string | number)[] = []): InputIssue | null {
  const places: Place[] = [{ value, key: '', parent: null, depth: 0 }];
  for (let place = places.pop(); place; place = places.pop()) {
    const message = faultIn(place);
    if (message) return { path: [...path, ...pathOf(place)], message };
    const { value: inner, depth } = place;
    if (Array.isArray(inner)) {
      for (let index = inner.length - 1; index >= 0; index -= 1)
        places.push({ value: inner[index], key: index, parent: place, depth: depth + 1 });
    } else if (typeof inner === 'object' && inner !== null) {
      for (const [key, item] of Object.entries(inner)) places.push({ value: item, key, parent: place, depth: depth + 1 });
    }
  }
  return null;
}

/** What is wrong with one string; null: nothing. */
export function faultInText(text: string): string | null {
  if (text.includes('\u0000')) return 'holds the character U+0000, which cannot be stored';
  return text.isWellFormed() ? null : 'holds half a surrogate pair, which is no Unicode text';
}

function faultIn({ value, key, depth }: Place): string | null {
  if (depth > DEPTH_MAX) return `lies more than ${DEPTH_MAX} levels deep`;
  if (typeof key === 'string' && faultInText(key)) return `has a key that ${faultInText(key)}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is a number beyond what can be stored';
  return typeof value === 'string' ? faultInText(value) : null;
}

function pathOf(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place = place; at.parent; at = at.parent)
    path.unshift(typeof at.key === 'string' ? at.key.replaceAll('\u0000', '\\u0000') : at.key);
  return path;
}
