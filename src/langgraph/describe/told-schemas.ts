import type { JsonObject } from '../../domain/json.js';
import { findMessageKeys, markMessages, MESSAGES_SCHEMA, withMessageDefinition } from './message-schema.js';
import { fromStateSchema, isStateSchema } from './state-schema.js';
import { fromZod, type SchemaRegistry, type Side } from './zod-schema.js';

export type SchemaPart = 'state' | 'input' | 'output' | 'config';

/** What is known of a graph's types. Null: it declares none; undefined: nobody here can tell. */
export type ToldSchemas = Readonly<Record<SchemaPart, JsonObject | null | undefined>>;

export const UNTOLD: ToldSchemas = { state: undefined, input: undefined, output: undefined, config: undefined };

/** What a StateGraph keeps of the types it was made with. Internal to LangGraph, and what its own tools read. */
interface Builder {
  readonly _schemaDefinition?: unknown;
  readonly _schemaRuntimeDefinition?: unknown;
  readonly _inputDefinition?: unknown;
  readonly _inputRuntimeDefinition?: unknown;
  readonly _outputDefinition?: unknown;
  readonly _outputRuntimeDefinition?: unknown;
  readonly _configRuntimeSchema?: unknown;
  readonly _metaRegistry?: SchemaRegistry;
}

/**
 * What a graph tells of itself at run time: states written in Zod or as `StateSchema`. `Annotation.Root` leaves no types behind. Never
 * throws; what cannot be converted is untold, and `onFault` hears why.
 */
export function readToldSchemas(graph: object, onFault: (error: unknown) => void): ToldSchemas {
  const builder = builderOf(graph);
  if (builder === null) return UNTOLD;
  const { _schemaDefinition: definition, _schemaRuntimeDefinition: state } = builder;

  function tell(source: unknown, channels: unknown, side: Side): JsonObject | undefined {
    if (typeof source !== 'object' || source === null) return undefined;
    try {
      const schema = isStateSchema(source) ? fromStateSchema(source, side) : fromZod(source, side, builder?._metaRegistry ?? null);
      return markMessages(schema, findMessageKeys(channels));
    } catch (error) {
      onFault(error);
      return undefined;
    }
  }

  // A symbol stands for "the state, partly"; LangGraph also puts it, or the state, where an own type was given that it cannot keep.
  const ownInput = builder._inputDefinition !== definition;
  const ownOutput = builder._outputDefinition !== definition;
  const input = typeof builder._inputRuntimeDefinition === 'symbol' && !ownInput ? state : builder._inputRuntimeDefinition;
  const output = builder._outputRuntimeDefinition === state && ownOutput ? undefined : builder._outputRuntimeDefinition;
  const config = builder._configRuntimeSchema;
  return {
    state: tell(state, definition, 'state'),
    input: tell(input, builder._inputDefinition, 'update'),
    output: tell(output, builder._outputDefinition, 'state'),
    config: config === undefined ? undefined : tell(config, undefined, 'state'),
  };
}

/**
 * Without any types, a chat can still be told by how its channels merge: the state's keys, its messages, and nothing of the others.
 * Undefined when it has none.
 */
export function tellFromChannels(graph: object | null): ToldSchemas {
  const builder = graph && builderOf(graph);
  if (!builder) return UNTOLD;
  return {
    state: schemaOfChannels(builder._schemaDefinition),
    input: schemaOfChannels(builder._inputDefinition),
    output: schemaOfChannels(builder._outputDefinition),
    config: undefined,
  };
}

function schemaOfChannels(definition: unknown): JsonObject | undefined {
  const messages = findMessageKeys(definition);
  if (messages.size === 0) return undefined;
  const keys = Object.keys(definition as object);
  const properties = Object.fromEntries(keys.map((key) => [key, messages.has(key) ? MESSAGES_SCHEMA : {}]));
  return withMessageDefinition({ type: 'object', properties });
}

function builderOf(graph: object): Builder | null {
  const builder = 'builder' in graph ? graph.builder : null;
  return typeof builder === 'object' && builder !== null ? builder : null;
}
