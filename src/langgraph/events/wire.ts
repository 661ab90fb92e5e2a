import { isJsonObject, type Json } from '../../domain/json.js';

/** Deeper nesting than this is cut off: no state of use is deeper, and the stack is not endless. */
const MAX_DEPTH = 400;

/**
 * Any value a graph can produce as LangGraph Platform writes it: like `JSON.stringify`, with message objects flattened to
 * `{type, content, id, …}`. What JSON has no word for never fails a run: BigInt becomes its digits, a Map an object, a Set an array,
 * bytes base64, an Error its name and message, NaN and undefined null, a cycle `"[circular]"`. Never throws.
 */
export function toWire(value: unknown): Json {
  return convert(value, '', new Set()) ?? null;
}

/** `undefined`: JSON leaves this value out. `ancestors` are the objects around it; each stands there once, so its size is the depth. */
function convert(value: unknown, key: string, ancestors: Set<object>): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSON's zero has no sign.
      return Number.isFinite(value) ? value + 0 : null;
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : convertObject(value, key, ancestors);
    default:
      return undefined;
  }
}

function convertObject(value: object, key: string, ancestors: Set<object>): Json | undefined {
  if (ancestors.has(value)) return '[circular]';
  if (ancestors.size >= MAX_DEPTH) return '[too deep]';
  ancestors.add(value);
  try {
    const plain = unwrap(value, key);
    if (typeof plain !== 'object' || plain === null) return convert(plain, key, ancestors);
    // Not `map`, which would leave the holes of a sparse array.
    if (Array.isArray(plain)) return Array.from(plain, (item: unknown, index) => convert(item, String(index), ancestors) ?? null);
    if (plain !== value && ancestors.has(plain)) return '[circular]';
    return convertEntries(plain, ancestors);
  } catch (error) {
    // A getter, a toJSON or a proxy of the user's threw.
    return `[unreadable: ${error instanceof Error ? error.message : String(error)}]`;
  } finally {
    ancestors.delete(value);
  }
}

/** `Object.fromEntries` defines its keys, so that one called `__proto__` stays an ordinary key. */
function convertEntries(value: object, ancestors: Set<object>): Json {
  const entries: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const json = convert(inner, key, ancestors);
    if (json !== undefined) entries.push([key, json]);
  }
  return Object.fromEntries(entries);
}

/** The value that stands for an object with a meaning of its own; other objects stand for themselves. */
function unwrap(value: object, key: string): unknown {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return mapToPlain(value);
  if (value instanceof Set) return [...(value as Set<unknown>)];
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf();
  const message = flattenMessage(value);
  if (message) return message;
  if ('toJSON' in value && typeof value.toJSON === 'function') return (value.toJSON as (key: string) => unknown)(key);
  if (value instanceof Error) return { name: value.name, message: value.message };
  return value;
}

/** `{type, data}` of a LangChain message as one object. Told by its method: the graph may use another copy of LangChain than we do. */
function flattenMessage(value: object): object | null {
  if (!('toDict' in value) || typeof value.toDict !== 'function') return null;
  const dict: unknown = (value.toDict as () => unknown)();
  if (!isJsonObject(dict) || typeof dict['type'] !== 'string' || !isJsonObject(dict['data'])) return null;
  return { ...dict['data'], type: dict['type'] };
}

function mapToPlain(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = [...map];
  return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries as [string, unknown][]) : entries;
}
