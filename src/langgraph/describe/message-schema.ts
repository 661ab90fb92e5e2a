import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';

/** Where the schema of one message stands in every schema that refers to it. */
const MESSAGE_REF = '#/definitions/BaseMessage';

/** A list of chat messages: `langgraph_type` is LangGraph's own mark, on which its tools tell a chat from other graphs. */
export const MESSAGES_SCHEMA: JsonObject = { type: 'array', items: { $ref: MESSAGE_REF }, langgraph_type: 'messages' };
export const MESSAGE_SCHEMA: JsonObject = { $ref: MESSAGE_REF };

const BASE_MESSAGE: JsonObject = {
  title: 'BaseMessage',
  description: 'A chat message in its flattened form. In what is sent, `role` may stand for `type`.',
  type: 'object',
  properties: {
    type: { type: 'string' },
    role: { type: 'string' },
    content: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }] },
    id: { type: ['string', 'null'] },
    name: { type: ['string', 'null'] },
    additional_kwargs: { type: 'object' },
    response_metadata: { type: 'object' },
  },
  required: ['content'],
};

/**
 * Makes the messages in a state's schema recognisable, and gives them the form that they have on the wire: properties of `keys`, and those
 * that bear LangGraph's mark. Details that a property already tells stay.
 */
export function markMessages(schema: JsonObject, keys: ReadonlySet<string>): JsonObject {
  if (!isJsonObject(schema['properties'])) return schema;
  const properties = Object.entries(schema['properties']).map(([key, value]): [string, Json] => {
    if (!isJsonObject(value)) return [key, value];
    const isMessages = keys.has(key) || value['langgraph_type'] === 'messages';
    if (!isMessages) return [key, value];
    const isTold = ['type', 'anyOf', 'oneOf', '$ref'].some((word) => word in value);
    return [key, { ...(!isTold && MESSAGES_SCHEMA), ...value, langgraph_type: 'messages' }];
  });
  return withMessageDefinition({ ...schema, properties: Object.fromEntries(properties) });
}

/** The schema with the definition of a message, if it refers to one. */
export function withMessageDefinition(schema: JsonObject): JsonObject {
  if (!JSON.stringify(schema).includes(`"${MESSAGE_REF}"`)) return schema;
  const definitions = isJsonObject(schema['definitions']) ? schema['definitions'] : {};
  return { ...schema, definitions: { ...definitions, BaseMessage: BASE_MESSAGE } };
}

/** The keys of a state that hold messages: those whose updates are merged as LangGraph merges messages. None when nothing is known of it. */
export function findMessageKeys(definition: unknown): ReadonlySet<string> {
  if (typeof definition !== 'object' || definition === null) return new Set();
  return new Set(Object.keys(definition).filter((key) => isMessageChannel((definition as Record<string, unknown>)[key])));
}

/** By name: a user's project brings its own copy of LangGraph. */
const MESSAGE_REDUCERS: ReadonlySet<unknown> = new Set(['messagesStateReducer', 'messagesDeltaReducer']);

function isMessageChannel(channel: unknown): boolean {
  if (typeof channel !== 'object' || channel === null) return false;
  const { operator, reducer } = channel as { readonly operator?: unknown; readonly reducer?: unknown };
  return [operator, reducer].some((merge) => typeof merge === 'function' && MESSAGE_REDUCERS.has(merge.name));
}
