import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';
import { toWire } from '../events/wire.js';
import { convertZod, type Side } from './zod-schema.js';

/** LangGraph's `StateSchema`, told by its shape: a state whose fields are written in any library that speaks Standard Schema. */
export interface StateSchemaLike {
  readonly fields: Readonly<Record<string, unknown>>;
  getJsonSchema(): unknown;
  getInputJsonSchema(): unknown;
}

export function isStateSchema(value: unknown): value is StateSchemaLike {
  return typeof value === 'object' && value !== null && 'fields' in value && hasMethod(value, 'getJsonSchema', 'getInputJsonSchema');
}

function hasMethod(value: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}

/**
 * The JSON Schema of a state written as `StateSchema`. As LangGraph converts it, with two faults mended: fields that it cannot convert are
 * there, as well as they can be told, and a field's references to itself point at the field and not at the whole state.
 */
export function fromStateSchema(schema: StateSchemaLike, side: Side): JsonObject {
  const told = toWire(side === 'state' ? schema.getJsonSchema() : schema.getInputJsonSchema());
  const root = isJsonObject(told) ? told : { type: 'object' };
  const known = isJsonObject(root['properties']) ? root['properties'] : {};
  const missing = Object.entries(schema.fields).filter(([key]) => !(key in known));
  const found = missing.flatMap(([key, field]) => {
    const inner = schemaOf(field, side);
    return inner === undefined ? [] : [{ key, json: convertField(inner), isRequired: side === 'state' && isRequired(inner) }];
  });
  const entries = [...Object.entries(known), ...found.map(({ key, json }): [string, Json] => [key, json])];
  const required = [
    ...(Array.isArray(root['required']) ? (root['required'] as readonly Json[]) : []),
    ...found.filter((field) => field.isRequired).map(({ key }) => key),
  ];
  return {
    ...root,
    properties: Object.fromEntries(entries.map(([key, value]) => [key, rebase(value, `#/properties/${escapePointer(key)}`)])),
    ...(required.length > 0 && { required }),
  };
}

/** What a field is written in; undefined for one that declares no type. */
function schemaOf(field: unknown, side: Side): object | undefined {
  if (typeof field !== 'object' || field === null) return undefined;
  const { valueSchema, inputSchema, schema } = field as Readonly<Record<string, object | undefined>>;
  if (valueSchema !== undefined) return side === 'state' ? valueSchema : (inputSchema ?? valueSchema);
  return '~standard' in field ? field : schema;
}

/** Anything, when nobody can tell. */
function convertField(schema: object): Json {
  try {
    const json = toWire(convertZod(schema));
    return isJsonObject(json) && !('~standard' in json) ? json : {};
  } catch {
    return {};
  }
}

interface Validator {
  readonly '~standard'?: { validate?(value: unknown): unknown };
}

/** As LangGraph tells it: a value that is not there is not valid. */
function isRequired(schema: object): boolean {
  try {
    const result = (schema as Validator)['~standard']?.validate?.(undefined);
    return typeof result === 'object' && result !== null && 'issues' in result && result.issues !== undefined;
  } catch {
    return true;
  }
}

/** A schema that was a document of its own, as part of another one: its references begin at `pointer` now. */
function rebase(schema: Json, pointer: string): Json {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map((item) => rebase(item, pointer));
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]): [string, Json] =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#') ? [key, pointer + value.slice(1)] : [key, rebase(value, pointer)],
  );
  return Object.fromEntries(entries);
}

function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
