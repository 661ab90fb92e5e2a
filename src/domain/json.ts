/** A value as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for `{…}`, false for arrays and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why a value, which graphs may make of anything, cannot be written as JSON; null: it can. */
export function findJsonFault(value: unknown): string | null {
  try {
    return JSON.stringify(value) === undefined ? `is ${typeof value}, which JSON does not have` : null;
  } catch (error) {
    // A BigInt, or a value that holds itself: the first line says which.
    return `cannot be written as JSON: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`;
  }
}

/** `patch` laid over `base`, one level deep: what LangGraph Platform does to metadata. */
export function mergeOneLevel(base: JsonObject, patch: JsonObject): JsonObject {
  return { ...base, ...patch };
}

/**
 * JSON text with the keys of every object in alphabetical order: equal values give equal text.
 * Keys whose value is `undefined` are left out, as in `JSON.stringify`.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJsonObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) : inner,
  );
}
