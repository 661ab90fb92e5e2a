import type { Json } from '../../domain/json.js';

/**
 * JSON text for a `json` column (`${toJson(value)}::json`), which keeps every string as it is; `undefined` becomes `null`.
 * Read it back through Prisma or SQL: both give the value itself, nothing is to be undone. Prisma's own writes (`data: { output }`) are
 * not as exact: they refuse a bare string with half a surrogate pair, and cut the last digit off some bare numbers.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/**
 * JSON text for a `jsonb` column (`${toJsonb(value)}::jsonb`), which can hold neither U+0000 nor half a surrogate pair: both, and the
 * escape character U+0010 itself, become U+0010 and four lower-case hex digits, in strings and in keys. Equal strings stay equal and
 * different ones different, so containment (`@>`) between escaped values is containment between the originals: escape filters too.
 */
export function toJsonb(value: unknown): string {
  const text = toJson(value);
  return MAY_NEED_ESCAPE.test(text) ? text.replace(JSON_ESCAPE, escapeSequence) : text;
}

/** Undoes {@link toJsonb} on a value that Prisma read from a `jsonb` column. What holds no escape is returned itself, not copied. */
export function fromJsonb(value: Json): Json {
  if (typeof value === 'string') return unescape(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) {
    const items = value.map(fromJsonb);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value);
  const restored = entries.map(([key, inner]) => [unescape(key), fromJsonb(inner)] as const);
  const same = restored.every(([key, inner], index) => key === entries[index]?.[0] && inner === entries[index][1]);
  return same ? value : Object.fromEntries(restored);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

const ESCAPE = '\u0010';
/** True for every JSON text that holds such a character, and for a few others. */
const MAY_NEED_ESCAPE = /\\u(?:00[01]0|d[89a-f])/;
/** Any escape of JSON text; an escaped backslash is one too, so that `\\u0000` is not taken for U+0000. */
const JSON_ESCAPE = /\\(?:u([0-9a-f]{4})|.)/g;
const OUR_ESCAPE = new RegExp(`${ESCAPE}([0-9a-f]{4})`, 'g');

function escapeSequence(sequence: string, code: string | undefined): string {
  return code === '0000' || code === '0010' || code?.startsWith('d') === true ? `\\u0010${code}` : sequence;
}

function unescape(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replace(OUR_ESCAPE, (_sequence, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
