import ts from 'typescript';
import type { Json, JsonObject } from '../../domain/json.js';
import { MESSAGE_SCHEMA, MESSAGES_SCHEMA, withMessageDefinition } from './message-schema.js';
import { isOverwrite, listMembers, memberTypeOf } from './type-members.js';

/** Types are cut off below this depth, and after so many altogether: what follows is anything. */
const DEPTH_MAX = 12;
const TYPES_MAX = 3_000;

/**
 * A TypeScript type as JSON Schema, as far as the value's form on the wire follows from it (langgraph/events/wire.ts): methods are left out, a Date
 * is text, messages are messages. A type that contains itself becomes a definition.
 */
export function toSchema(checker: ts.TypeChecker, type: ts.Type): JsonObject {
  const definitions = new Map<string, JsonObject>();
  /** The types around the one at hand, and the name of each that was met again inside itself. */
  const around = new Map<ts.Type, string | null>();
  let count = 0;

  function convert(type: ts.Type): JsonObject {
    count += 1;
    if (around.size >= DEPTH_MAX || count > TYPES_MAX) return {};
    return convertSimple(type) ?? convertUnion(type) ?? convertMessages(type) ?? convertBuiltIn(type) ?? convertParts(type);
  }

  function convertUnion(type: ts.Type): JsonObject | null {
    if (!type.isUnion()) return null;
    const members = type.types.filter((member) => !isAbsent(member) && !isOverwrite(member));
    if (members.some((member) => isMessages(member))) return MESSAGES_SCHEMA;
    if (members.every((member) => isMessage(member)) && members.length > 0) return MESSAGE_SCHEMA;
    return joinAlternatives(members.map(convert));
  }

  function isMessages(type: ts.Type): boolean {
    if (!checker.isArrayType(type)) return false;
    const item = itemTypes(type)[0];
    return item !== undefined && (item.isUnion() ? item.types : [item]).some((member) => isMessage(member));
  }

  function isMessage(type: ts.Type): boolean {
    return MESSAGE_MEMBERS.every((name) => type.getProperty(name) !== undefined);
  }

  function itemTypes(type: ts.Type): readonly ts.Type[] {
    const isReference = (((type as ts.ObjectType).objectFlags ?? 0) & ts.ObjectFlags.Reference) !== 0;
    return isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
  }

  function convertMessages(type: ts.Type): JsonObject | null {
    return isMessages(type) ? MESSAGES_SCHEMA : isMessage(type) ? MESSAGE_SCHEMA : null;
  }

  function convertParts(type: ts.Type): JsonObject {
    const met = around.get(type);
    if (met === undefined) return inside(type, () => convertList(type) ?? convertObject(type));
    const name = met ?? nameFor(type);
    around.set(type, name);
    return { $ref: `#/definitions/${encodeURIComponent(name)}` };
  }

  function convertList(type: ts.Type): JsonObject | null {
    const isTuple = checker.isTupleType(type);
    if (!isTuple && !checker.isArrayType(type)) return null;
    const items = itemTypes(type).map(convert);
    if (!isTuple) return { type: 'array', items: items[0] ?? {} };
    const { minLength, hasRestElement } = (type as ts.TupleTypeReference).target;
    return { type: 'array', items, minItems: minLength, ...(!hasRestElement && { maxItems: items.length }) };
  }

  function nameFor(type: ts.Type): string {
    const name = (type.aliasSymbol ?? type.getSymbol())?.name ?? 'Type';
    const base = name.startsWith('__') ? 'Type' : name;
    const taken = new Set<string | null>(['BaseMessage', ...definitions.keys(), ...around.values()]);
    let number = 1;
    while (taken.has(numbered(base, number))) number += 1;
    return numbered(base, number);
  }

  /** Classes whose form on the wire is not their members. */
  function convertBuiltIn(type: ts.Type): JsonObject | null {
    const name = type.getSymbol()?.name ?? '';
    const [first, second] = BUILT_IN.has(name) ? itemTypes(type) : [];
    switch (name) {
      case 'Date':
        return { type: 'string', format: 'date-time' };
      case 'Uint8Array':
      case 'ArrayBuffer':
      case 'Buffer':
        return { type: 'string', contentEncoding: 'base64' };
      case 'Set':
        return { type: 'array', items: first ? convert(first) : {} };
      case 'Map':
        return { type: 'object', additionalProperties: second ? convert(second) : {} };
      default:
        return null;
    }
  }

  function convertObject(type: ts.Type): JsonObject {
    const properties: [string, Json][] = [];
    const required: string[] = [];
    for (const { name, type: memberType, isOptional, description } of listMembers(checker, type)) {
      const schema = convert(memberType);
      properties.push([name, description === '' ? schema : { ...schema, description }]);
      if (!isOptional) required.push(name);
    }
    const others = memberTypeOf(checker, type);
    return {
      type: 'object',
      ...((properties.length > 0 || !others) && { properties: Object.fromEntries(properties) }),
      ...(required.length > 0 && { required }),
      ...(others && { additionalProperties: convert(others) }),
    };
  }

  /** Works with `type` among the types around; what refers to it from in there finds it in the definitions. */
  function inside(type: ts.Type, work: () => JsonObject): JsonObject {
    around.set(type, null);
    const schema = work();
    const name = around.get(type);
    around.delete(type);
    if (name != null) definitions.set(name, schema);
    return schema;
  }

  const schema = convert(type);
  return withMessageDefinition(definitions.size === 0 ? schema : { ...schema, definitions: Object.fromEntries(definitions) });
}

const MESSAGE_MEMBERS = ['_getType', 'content', 'additional_kwargs', 'response_metadata'];
const BUILT_IN: ReadonlySet<string> = new Set(['Set', 'Map']);

function numbered(name: string, number: number): string {
  return number === 1 ? name : `${name}${number}`;
}

function isAbsent({ flags }: ts.Type): boolean {
  return (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;
}

function convertSimple(type: ts.Type): JsonObject | null {
  const is = (flags: ts.TypeFlags): boolean => (type.flags & flags) !== 0;
  if (is(ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never | ts.TypeFlags.TypeParameter)) return {};
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if (is(ts.TypeFlags.BooleanLiteral)) return { const: (type as ts.Type & { intrinsicName: string }).intrinsicName === 'true' };
  if (is(ts.TypeFlags.Boolean)) return { type: 'boolean' };
  if (is(ts.TypeFlags.NumberLike) && !type.isUnion()) return { type: 'number' };
  if (is(ts.TypeFlags.StringLike | ts.TypeFlags.BigIntLike) && !type.isUnion()) return { type: 'string' };
  if (is(ts.TypeFlags.Null)) return { type: 'null' };
  if (is(ts.TypeFlags.NonPrimitive)) return { type: 'object' };
  if (is(ts.TypeFlags.ESSymbolLike) || isAbsent(type)) return {};
  // A primitive with a brand: `string & { brand: … }`.
  return type.isIntersection() ? (type.types.map(primitiveIn).find((schema) => schema !== null) ?? null) : null;
}

function primitiveIn(type: ts.Type): JsonObject | null {
  return (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike)) === 0 ? null : convertSimple(type);
}

/** Constants as one `enum`, true and false as `boolean`, the others side by side. */
function joinAlternatives(schemas: readonly JsonObject[]): JsonObject {
  const constants = schemas.flatMap((schema) => (schema['const'] === undefined ? [] : [schema['const']]));
  const isBoolean = constants.includes(true) && constants.includes(false);
  const values = isBoolean ? constants.filter((value) => typeof value !== 'boolean') : constants;
  const alternatives = [
    ...(values.length === 0 ? [] : [values.length === 1 ? { const: values[0] ?? null } : { enum: values }]),
    ...(isBoolean ? [{ type: 'boolean' }] : []),
    ...schemas.filter((schema) => schema['const'] === undefined),
  ];
  if (alternatives.some((schema) => Object.keys(schema).length === 0)) return {};
  const [only, ...more] = alternatives;
  return more.length === 0 ? (only ?? {}) : { anyOf: alternatives };
}
