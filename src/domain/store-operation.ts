import type { JsonObject } from './json.js';
import type { FilterCondition } from './store-filter.js';
import type { ItemContent, ItemPlace, StoreItem } from './store-item.js';

/** One thing to do with the store. */
export type StoreOperation = GetItem | PutItem | DeleteItem | SearchItems | ListNamespaces;

/** Whether a read extends the time that the items it gives have left; null: as langgraph.json says. */
interface Read {
  readonly refreshTtl: boolean | null;
}

export interface GetItem extends ItemPlace, Read {
  readonly kind: 'get';
}

/** Replaces the whole value. */
export interface PutItem extends ItemPlace, ItemContent {
  readonly kind: 'put';
}

export interface DeleteItem extends ItemPlace {
  readonly kind: 'delete';
}

/** Items whose namespaces begin with all labels of `prefix`: newest update first. */
export interface SearchItems extends Read {
  readonly kind: 'search';
  readonly prefix: readonly string[];
  readonly filter: JsonObject | null;
  /** What to look for by meaning; null: nothing. */
  readonly query: string | null;
  readonly limit: number;
  readonly offset: number;
  /** Only what comes after it. */
  readonly after: ItemRank | null;
  /** Of how many, the first ones, the time is extended: the others are looked at, and given to nobody. Absent: of all. */
  readonly refreshMax?: number;
}

/** Where an item stands in the order of a search. */
export interface ItemRank {
  readonly sequence: bigint;
  /** Of a search by meaning: cosine similarity, from -1 to 1. */
  readonly score: number | null;
}

export interface FoundItem {
  readonly item: StoreItem;
  readonly rank: ItemRank;
}

/** Distinct namespaces, sorted by code point, label by label. */
export interface ListNamespaces {
  readonly kind: 'namespaces';
  /** Patterns, all of which must match; `*` stands for any one label. */
  readonly match: readonly NamespaceMatch[];
  /** Longer ones are cut to it. */
  readonly maxDepth: number | null;
  readonly limit: number;
  readonly offset: number;
  readonly after: readonly string[] | null;
}

export interface NamespaceMatch {
  readonly at: 'beginning' | 'end';
  readonly labels: readonly string[];
}

/** What an operation gives. Puts and deletes give null when a later operation of the same batch replaces what they do. */
export type StoreResult<Operation extends StoreOperation = StoreOperation> = Operation extends GetItem | PutItem
  ? StoreItem | null
  : Operation extends DeleteItem
    ? { readonly deletedId: string } | null
    : Operation extends SearchItems
      ? readonly FoundItem[]
      : readonly (readonly string[])[];

/** An operation with everything decided that is not the database's to decide. */
export type PlannedOperation = PlannedGet | PlannedPut | DeleteItem | PlannedSearch | ListNamespaces;

export interface PlannedGet extends Omit<GetItem, 'refreshTtl'> {
  readonly refreshTtl: boolean;
}

export interface PlannedPut extends ItemPlace {
  readonly kind: 'put';
  readonly value: JsonObject;
  /** null: it never expires. */
  readonly ttlMinutes: number | null;
  /** Of the texts by which it is found; none: it is not searched by meaning. */
  readonly vectors: readonly Vector[];
}

export interface PlannedSearch extends Omit<SearchItems, 'filter' | 'query' | 'refreshTtl'> {
  readonly conditions: readonly FilterCondition[];
  readonly refreshTtl: boolean;
  /** By meaning: what to be near to, or which items are, in any order. null: newest update first. */
  readonly near: { readonly vector: Vector } | { readonly ranks: readonly ItemRank[] } | null;
}

/** What an embedder makes of a text. */
export type Vector = readonly number[];
