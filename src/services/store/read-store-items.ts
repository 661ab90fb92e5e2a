import { badUserInput } from '../../domain/errors.js';
import type { JsonObject } from '../../domain/json.js';
import { decidePage, LIST_PAGE, NAMESPACE_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import type { ItemPlace, StoreItem } from '../../domain/store-item.js';
import type { ItemRank } from '../../domain/store-operation.js';
import { isUuid } from '../../domain/uuid.js';
import { findStoreItems } from '../../store/store-items/store-items.js';
import type { Caller } from '../caller.js';
import { doStoreOperations } from './do-store-operations.js';

/** Absent ids are absent from the map; ids that are no UUIDs too. Extends no item's time. */
export async function findStoreItemsByIds(caller: Caller, ids: readonly string[]): Promise<Map<string, StoreItem>> {
  const found = await findStoreItems(caller.database.prisma, caller, ids.filter(isUuid));
  return new Map([...found].map(([id, { item }]) => [id, item]));
}

interface Read {
  /** Whether the time that the items have left is extended; null: as langgraph.json says. */
  readonly refreshTtl?: boolean | null;
}

/** Null when there is none. One round trip. */
export async function findStoreItem(caller: Caller, { namespace, key, refreshTtl }: ItemPlace & Read): Promise<StoreItem | null> {
  const [item] = await doStoreOperations(caller, [{ kind: 'get', namespace, key, refreshTtl: refreshTtl ?? null }]);
  return item;
}

export interface ItemList extends Read {
  readonly namespacePrefix: readonly string[];
  readonly filter?: JsonObject | null;
  readonly query?: string | null;
  readonly page: Pick<PageArguments, 'first' | 'after'>;
}

/** `score`: similarity, of a search by meaning. */
export interface ItemPage extends Omit<ForwardPage<StoreItem>, 'edges'> {
  readonly edges: readonly (ForwardPage<StoreItem>['edges'][number] & { readonly score: number | null })[];
}

type ForwardPage<Node> = Omit<Page<Node>, 'countAll'>;

/** Items of all namespaces that begin with the prefix, newest update first, or with `query` the most similar first. @throws BAD_USER_INPUT */
export async function listStoreItems(caller: Caller, list: ItemList): Promise<ItemPage> {
  const { limit, cursor } = decidePage(list.page, LIST_PAGE);
  const [found] = await doStoreOperations(caller, [
    {
      kind: 'search',
      prefix: list.namespacePrefix,
      filter: list.filter ?? null,
      query: list.query ?? null,
      limit: limit + 1,
      offset: 0,
      after: cursor === null ? null : toRank(cursor),
      refreshTtl: list.refreshTtl ?? null,
      refreshMax: limit,
    },
  ]);
  return toPage(found, { limit, cursor }, ({ item, rank }) => ({ node: item, score: rank.score, cursor: encodeRank(rank) }));
}

export interface NamespaceList {
  /** `*` stands for any one label. */
  readonly prefix?: readonly string[] | null;
  readonly suffix?: readonly string[] | null;
  /** Longer namespaces are cut to it. */
  readonly maxDepth?: number | null;
  readonly page: Pick<PageArguments, 'first' | 'after'>;
}

/** The namespaces of all items, distinct and sorted. One round trip. @throws BAD_USER_INPUT */
export async function listStoreNamespaces(caller: Caller, list: NamespaceList): Promise<ForwardPage<readonly string[]>> {
  const { limit, cursor } = decidePage(list.page, NAMESPACE_PAGE);
  const [namespaces] = await doStoreOperations(caller, [
    {
      kind: 'namespaces',
      match: [
        { at: 'beginning', labels: list.prefix ?? [] },
        { at: 'end', labels: list.suffix ?? [] },
      ],
      maxDepth: list.maxDepth ?? null,
      limit: limit + 1,
      offset: 0,
      after: cursor === null ? null : toNamespace(cursor),
    },
  ]);
  return toPage(namespaces, { limit, cursor }, (node) => ({ node, cursor: encode(JSON.stringify(node)) }));
}

/** @param found one more than the page holds, when there is more */
function toPage<Found, Edge>(
  found: readonly Found[],
  { limit, cursor }: { limit: number; cursor: string | null },
  toEdge: (found: Found) => Edge,
): { edges: Edge[]; hasNextPage: boolean; hasPreviousPage: boolean } {
  return { edges: found.slice(0, limit).map(toEdge), hasNextPage: found.length > limit, hasPreviousPage: cursor !== null };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decode(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

function encodeRank({ sequence, score }: ItemRank): string {
  return encode(score === null ? String(sequence) : `${sequence} ${score}`);
}

const RANK = /^(\d{1,18})(?: (-?\d(?:\.\d+)?(?:e-\d+)?))?$/;

function toRank(cursor: string): ItemRank {
  const [, sequence, score] = RANK.exec(decode(cursor)) ?? [];
  if (sequence === undefined) throw foreignCursor();
  return { sequence: BigInt(sequence), score: score === undefined ? null : Number(score) };
}

function toNamespace(cursor: string): string[] {
  try {
    const namespace: unknown = JSON.parse(decode(cursor));
    if (Array.isArray(namespace) && namespace.length > 0 && namespace.every((label) => typeof label === 'string')) return namespace;
  } catch {
    // No JSON: no cursor.
  }
  throw foreignCursor();
}

function foreignCursor() {
  return badUserInput('The page cursor is not one of this list. Pass `pageInfo.endCursor` of an earlier page.', [
    { path: ['after'], message: 'is not a cursor of this list' },
  ]);
}
