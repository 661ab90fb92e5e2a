import {
  BaseStore,
  type Item,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type SearchItem,
  type SearchOperation,
} from '@langchain/langgraph-checkpoint';
import { type JsonObject } from '../../domain/json.js';
import type { ItemPlace, StoreItem } from '../../domain/store-item.js';
import type { DeleteItem, FoundItem, PutItem, StoreOperation, StoreResult } from '../../domain/store-operation.js';

/** Does a batch of operations on one tenant's items, all or none. */
export type DoStoreOperations = (operations: readonly StoreOperation[]) => Promise<readonly StoreResult[]>;

/** Makes the store that one call of a graph reads and writes: the one of the tenant whose run it is. */
export type MakeStore = (whose: { readonly tenantId: string }) => BaseStore;

/**
 * Our store as LangGraph's, fenced neither by run nor by thread: what a graph puts stays, whatever becomes of the run. Each call is one
 * round trip, a whole `batch` too. A batch reads the store as it was before, and does everything or nothing. Writes of one item are done in
 * the order of the calls, awaited or not, as LangGraph's own wrapper has it; all else goes side by side.
 */
export class GraphStore extends BaseStore {
  /** The last write of each item, while it is under way. */
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(private readonly operate: DoStoreOperations) {
    super();
  }

  override async batch<Operations extends Operation[]>(operations: Operations): Promise<OperationResults<Operations>> {
    const results = await this.#inOrder(operations.map(toStoreOperation));
    return operations.map((operation, at) => toLanggraphResult(operation, results[at])) as OperationResults<Operations>;
  }

  async #inOrder(operations: readonly StoreOperation[]): Promise<readonly StoreResult[]> {
    const places = operations.flatMap((operation) => (isWrite(operation) ? [placeOf(operation)] : []));
    const earlier = places.flatMap((place) => this.#writing.get(place) ?? []);
    const done = earlier.length === 0 ? this.operate(operations) : Promise.allSettled(earlier).then(() => this.operate(operations));
    for (const place of places) this.#writing.set(place, done);
    try {
      return await done;
    } finally {
      for (const place of places) if (this.#writing.get(place) === done) this.#writing.delete(place);
    }
  }
}

function isWrite(operation: StoreOperation): operation is PutItem | DeleteItem {
  return operation.kind === 'put' || operation.kind === 'delete';
}

function placeOf({ namespace, key }: ItemPlace): string {
  return JSON.stringify([namespace, key]);
}

/** LangGraph tells its operations apart by their keys. */
function toStoreOperation(operation: Operation): StoreOperation {
  if ('namespacePrefix' in operation) return toSearch(operation);
  if (!('key' in operation)) return toNamespaceList(operation);
  const { namespace, key } = operation;
  if (!('value' in operation)) return { kind: 'get', namespace, key, refreshTtl: null };
  if (operation.value === null) return { kind: 'delete', namespace, key };
  return { kind: 'put', namespace, key, value: operation.value, index: operation.index === false ? [] : (operation.index ?? null) };
}

const SEARCH_LIMIT = 10;
const NAMESPACES_LIMIT = 100;

function toSearch({ namespacePrefix, filter, query, limit, offset }: SearchOperation): StoreOperation {
  return {
    kind: 'search',
    prefix: namespacePrefix,
    filter: (filter as JsonObject | undefined) ?? null,
    // LangGraph takes an empty one for none.
    query: query || null,
    limit: limit ?? SEARCH_LIMIT,
    offset: offset ?? 0,
    after: null,
    refreshTtl: null,
  };
}

function toNamespaceList({ matchConditions, maxDepth, limit, offset }: Partial<ListNamespacesOperation>): StoreOperation {
  return {
    kind: 'namespaces',
    match: (matchConditions ?? []).map(({ matchType, path }) => ({ at: matchType === 'prefix' ? 'beginning' : 'end', labels: path })),
    maxDepth: maxDepth ?? null,
    limit: limit ?? NAMESPACES_LIMIT,
    offset: offset ?? 0,
    after: null,
  };
}

function toLanggraphResult(operation: Operation, result: StoreResult | undefined): Item | SearchItem[] | string[][] | null | undefined {
  if ('value' in operation) return undefined;
  if ('namespacePrefix' in operation) return (result as readonly FoundItem[]).map(toSearchItem);
  if ('key' in operation) return result ? toItem(result as StoreItem) : null;
  return (result as readonly (readonly string[])[]).map((namespace) => [...namespace]);
}

function toSearchItem({ item, rank: { score } }: FoundItem): SearchItem {
  return { ...toItem(item), ...(score !== null && { score }) };
}

function toItem({ namespace, key, value, createdAt, updatedAt }: StoreItem): Item {
  return { namespace: [...namespace], key, value, createdAt, updatedAt };
}
