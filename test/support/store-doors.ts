import type { BaseStore } from '@langchain/langgraph-checkpoint';
import { GraphStore } from '../../src/langgraph/store/graph-store.js';
import type { Deps } from '../../src/services/caller.js';
import { doStoreOperations } from '../../src/services/store/do-store-operations.js';
import { ask } from './client.js';

/** An item as both doors show it. */
export interface ItemJson {
  readonly namespace: readonly string[];
  readonly key: string;
  readonly value: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Only of a search by meaning. */
  readonly score?: number | null;
}

export interface SearchOptions {
  readonly filter?: Record<string, unknown>;
  readonly query?: string;
  readonly limit?: number;
}

export interface NamespaceOptions {
  readonly prefix?: string[];
  readonly suffix?: string[];
  readonly maxDepth?: number;
  readonly limit?: number;
}

/** What graphs and clients can both do with the store. */
export interface StoreDoor {
  put(namespace: readonly string[], key: string, value: unknown, index?: string[]): Promise<void>;
  /** Several at once. */
  putAll(items: readonly { readonly namespace: string[]; readonly key: string; readonly value: object }[]): Promise<void>;
  get(namespace: readonly string[], key: string): Promise<ItemJson | null>;
  delete(namespace: readonly string[], key: string): Promise<void>;
  search(prefix: readonly string[], options?: SearchOptions): Promise<ItemJson[]>;
  namespaces(options?: NamespaceOptions): Promise<string[][]>;
}

/** LangGraph's store of a tenant, as graphs get it. */
export function openBaseStore(deps: Deps, tenantId = 'default'): BaseStore {
  return new GraphStore((operations) => doStoreOperations({ ...deps, tenantId }, operations));
}

export function makeBaseStoreDoor(store: BaseStore): StoreDoor {
  return {
    put: (namespace, key, value, index) => store.put([...namespace], key, value as object, index),
    putAll: async (items) => {
      await store.batch([...items]);
    },
    get: (namespace, key) => store.get([...namespace], key),
    delete: (namespace, key) => store.delete([...namespace], key),
    search: (prefix, options) => store.search([...prefix], options),
    namespaces: (options) => store.listNamespaces(options),
  };
}

const ITEM = 'namespace key value createdAt updatedAt';
type Wire = Omit<ItemJson, 'createdAt' | 'updatedAt'> & { readonly createdAt: string; readonly updatedAt: string };

export function makeGraphqlDoor(url: string): StoreDoor {
  const put = async (input: object): Promise<void> => {
    await ask(url, `mutation ($input: PutStoreItemInput!) { putStoreItem(input: $input) { item { id } } }`, { input });
  };
  return {
    put: (namespace, key, value, index) => put({ namespace, key, value, index }),
    async putAll(items) {
      for (const item of items) await put(item);
    },
    async get(namespace, key) {
      const query = `query ($namespace: [String!]!, $key: String!) { storeItem(namespace: $namespace, key: $key) { ${ITEM} } }`;
      const { storeItem } = await ask<{ storeItem: Wire | null }>(url, query, { namespace, key });
      return storeItem && toItem(storeItem);
    },
    async delete(namespace, key) {
      await ask(
        url,
        'mutation ($namespace: [String!]!, $key: String!) { deleteStoreItem(namespace: $namespace, key: $key) { deletedId } }',
        {
          namespace,
          key,
        },
      );
    },
    async search(prefix, { filter, query, limit = 10 } = {}) {
      const text = `query ($prefix: [String!]!, $filter: JSONObject, $query: String, $first: Int) {
        storeItems(namespacePrefix: $prefix, filter: $filter, query: $query, first: $first) { edges { score node { ${ITEM} } } } }`;
      interface Found {
        readonly storeItems: { readonly edges: readonly { readonly score: number | null; readonly node: Wire }[] };
      }
      const { storeItems } = await ask<Found>(url, text, { prefix, filter, query, first: limit });
      return storeItems.edges.map(({ score, node }) => ({ ...toItem(node), score }));
    },
    async namespaces({ limit = 100, ...options } = {}) {
      const query = `query ($prefix: [String!], $suffix: [String!], $maxDepth: Int, $first: Int) {
        storeNamespaces(prefix: $prefix, suffix: $suffix, maxDepth: $maxDepth, first: $first) { nodes } }`;
      return (await ask<{ storeNamespaces: { nodes: string[][] } }>(url, query, { ...options, first: limit })).storeNamespaces.nodes;
    },
  };
}

function toItem({ createdAt, updatedAt, ...item }: Wire): ItemJson {
  return { ...item, createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
}
