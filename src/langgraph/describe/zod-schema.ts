import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';
import { toWire } from '../events/wire.js';

/** LangGraph's register of what states written in Zod mean: each graph's builder holds its own copy's. */
export interface SchemaRegistry {
  getExtendedChannelSchemas(schema: unknown, effects: Readonly<Record<string, boolean>>): unknown;
}

/** Which side of a state: what nodes read, or what they (and callers) write, where reducers take other types and every key may be left out. */
export type Side = 'state' | 'update';

/**
 * The JSON Schema of a state written as a Zod 3 or 4 object, with what LangGraph's register adds (the update types of reducers, marks). As
 * LangGraph converts it, but what JSON Schema has no word for is anything instead of an error, and a type may contain itself.
 * @throws what Zod throws
 */
export function fromZod(schema: unknown, side: Side, registry: SchemaRegistry | null): JsonObject {
  const effects = { withJsonSchemaExtrasAsDescription: true, ...(side === 'update' && { withReducerSchema: true, asPartial: true }) };
  const json = toWire(convertZod(registry?.getExtendedChannelSchemas(schema, effects) ?? schema));
  if (!isJsonObject(json)) throw new TypeError('The schema is no JSON object.');
  return unpackExtras(json) as JsonObject;
}

/** The JSON Schema of any Zod 3 or 4 type. */
export function convertZod(schema: unknown): unknown {
  try {
    return toJsonSchema(schema as z.ZodType, OPTIONS);
  } catch {
    // LangChain's converter first makes objects strict, all the way down, which has no end in a type that contains itself.
    return z.toJSONSchema(schema as z.ZodType, OPTIONS);
  }
}

const OPTIONS: Parameters<typeof z.toJSONSchema>[1] & object = {
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
  },
};

/** LangGraph hides what its register adds in descriptions, because that is all that survives the conversion. */
const EXTRAS_PREFIX = 'lg:';

function unpackExtras(schema: Json): Json {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(unpackExtras);
  if (!isJsonObject(schema)) return schema;
  const { description, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, unpackExtras(value)]));
  if (description === undefined) return rest;
  if (typeof description !== 'string' || !description.startsWith(EXTRAS_PREFIX)) return { ...rest, description };
  return { ...rest, ...(JSON.parse(description.slice(EXTRAS_PREFIX.length)) as JsonObject) };
}
