import { badUserInput, type InputIssue } from './errors.js';
import { findPathFault } from './item-texts.js';
import { findJsonFault, isJsonObject, type JsonObject } from './json.js';

/** Where a store item is: labels, outermost first, and a key that is unique among them. */
export interface ItemPlace {
  readonly namespace: readonly string[];
  readonly key: string;
}

/** One value that graphs and clients remember beyond threads. */
export interface StoreItem extends ItemPlace {
  readonly id: string;
  readonly value: JsonObject;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** null: never. */
  readonly expiresAt: Date | null;
}

/** What a put may say of an item beside its place. */
export interface ItemContent {
  readonly value: unknown;
  /** Paths of the value that are made searchable by meaning; null: those of langgraph.json. */
  readonly index?: readonly string[] | null;
  /** null: never expires; absent: the default of langgraph.json. */
  readonly ttlMinutes?: number | null;
}

type Path = readonly (string | number)[];

/** LangGraph's own items are kept under it. */
const RESERVED_LABEL = 'langgraph';
/** A hundred years. */
const TTL_MAX_MINUTES = 100 * 365 * 24 * 60;

/** What a put may bring; BAD_USER_INPUT names each fault, at paths below `path`. */
export function requireStorable(
  item: ItemPlace & ItemContent,
  path: Path = [],
): asserts item is ItemPlace & ItemContent & { readonly value: JsonObject } {
  const issues = [
    ...findNamespaceIssues(item.namespace, [...path, 'namespace']),
    ...findIssue(typeof item.key === 'string' && item.key !== '', 'must not be empty', [...path, 'key']),
    ...findValueIssues(item.value, [...path, 'value']),
    ...findIndexIssues(item.index, [...path, 'index']),
    ...findIssue(isTtl(item.ttlMinutes), `must be more than 0 and at most ${TTL_MAX_MINUTES}`, [...path, 'ttlMinutes']),
  ];
  if (issues.length === 0) return;
  const faults = issues.map((issue) => `\`${issue.path.join('.')}\` ${issue.message}`);
  throw badUserInput(`The item cannot be stored: ${faults.join('; ')}.`, issues);
}

function findNamespaceIssues(namespace: readonly string[], path: Path): InputIssue[] {
  if (!Array.isArray(namespace) || namespace.length === 0) return [{ path, message: 'must have at least one label' }];
  return (namespace as readonly unknown[]).flatMap((label, index) => {
    const message = findLabelFault(label, index);
    return message === null ? [] : [{ path: [...path, index], message }];
  });
}

function findLabelFault(label: unknown, index: number): string | null {
  if (typeof label !== 'string') return 'must be a text';
  if (label === '') return 'must not be empty';
  if (label.includes('.')) return 'must not contain a dot';
  return index === 0 && label === RESERVED_LABEL ? `must not be "${RESERVED_LABEL}", which LangGraph keeps for itself` : null;
}

function findValueIssues(value: unknown, path: Path): InputIssue[] {
  const message = isJsonObject(value) ? findJsonFault(value) : 'must be an object';
  return message === null ? [] : [{ path, message }];
}

function findIndexIssues(index: readonly string[] | null | undefined, path: Path): InputIssue[] {
  return (index ?? []).flatMap((one, at) => {
    const message = findPathFault(one);
    return message === null ? [] : [{ path: [...path, at], message }];
  });
}

function findIssue(isGood: boolean, message: string, path: Path): InputIssue[] {
  return isGood ? [] : [{ path, message }];
}

function isTtl(minutes: number | null | undefined): boolean {
  return minutes == null || (minutes > 0 && minutes <= TTL_MAX_MINUTES);
}

/** Whether `namespace` begins with all labels of `prefix`. */
export function isWithin(namespace: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= namespace.length && prefix.every((label, index) => label === namespace[index]);
}
