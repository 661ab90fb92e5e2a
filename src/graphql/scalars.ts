import { GraphQLError, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.js';
import { isUuid } from '../domain/uuid.js';
import { builder } from './builder.js';
import { parseInstant } from './instant.js';

// What a string may not hold (U+0000, half a surrogate pair) is tested for the whole operation at once: check-input.ts.

builder.scalarType('DateTime', {
  description: 'ISO-8601 instant; always serialised in UTC with milliseconds.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (instant) => instant.toISOString(),
  parseValue: (value) => requireInstant(value),
  parseLiteral: (node) => requireInstant(stringIn(node), node),
});

builder.scalarType('UUID', {
  description: 'RFC 9562 UUID. Used only where a client may CHOOSE an id; ids are otherwise `ID`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc9562',
  serialize: (id) => id,
  parseValue: (value) => requireUuidText(value),
  parseLiteral: (node) => requireUuidText(stringIn(node), node),
});

builder.scalarType('JSON', {
  description: 'Any JSON value, embedded (not stringified). Graph state is user-defined, hence untyped.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: (value) => value as Json,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables) as Json,
});

builder.scalarType('JSONObject', {
  description: 'A JSON object, embedded.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: (value) => requireObject(value),
  parseLiteral: (node, variables) => requireObject(valueFromASTUntyped(node, variables), node),
});

function requireInstant(value: unknown, node?: ValueNode): Date {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  if (!instant) throw misfit('Must be an ISO-8601 instant with a time zone, e.g. "2026-01-31T12:00:00Z".', node);
  return instant;
}

function requireUuidText(value: unknown, node?: ValueNode): string {
  if (typeof value !== 'string' || !isUuid(value)) throw misfit('Must be a UUID, e.g. "01890a5d-ac96-774b-bcce-b302099a8057".', node);
  return value.toLowerCase();
}

function requireObject(value: unknown, node?: ValueNode): JsonObject {
  if (!isJsonObject(value)) throw misfit('Must be a JSON object.', node);
  return value;
}

function misfit(message: string, node: ValueNode | undefined): GraphQLError {
  return new GraphQLError(message, { nodes: node ?? null });
}

function stringIn(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}
