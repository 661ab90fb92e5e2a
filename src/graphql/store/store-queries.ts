import { NAMESPACE_PAGE } from '../../domain/page.js';
import { findStoreItem, listStoreItems, listStoreNamespaces } from '../../services/store/read-store-items.js';
import { builder } from '../builder.js';
import { forwardArguments } from '../connection.js';
import { given } from '../given.js';
import { StoreItemType } from '../refs.js';
import { StoreItemConnection } from './store-item.js';
import { StoreNamespaceConnection } from './store-namespace.js';

builder.queryFields((t) => ({
  storeItem: t.field({
    type: StoreItemType,
    nullable: true,
    args: {
      namespace: t.arg.stringList({ required: true }),
      key: t.arg.string({ required: true }),
      refreshTtl: t.arg.boolean({
        description: "Extend the item's TTL on read; null = `store.ttl.refresh_on_read`, which is true by default.",
      }),
    },
    resolve: (_root, { refreshTtl, ...place }, { caller }) => findStoreItem(caller, { ...place, refreshTtl: refreshTtl ?? null }),
  }),
  storeItems: t.field({
    type: StoreItemConnection,
    description: 'Items under a namespace prefix; `query` ranks semantically (score on the edge), else newest first.',
    args: {
      namespacePrefix: t.arg.stringList({ required: true, defaultValue: [] }),
      filter: t.arg({ type: 'JSONObject' }),
      query: t.arg.string(),
      refreshTtl: t.arg.boolean(),
      ...forwardArguments(t.arg),
    },
    resolve: (_root, { first, after, ...list }, { caller }) => listStoreItems(caller, given({ ...list, page: { first, after } })),
  }),
  storeNamespaces: t.field({
    type: StoreNamespaceConnection,
    args: {
      prefix: t.arg.stringList(),
      suffix: t.arg.stringList(),
      maxDepth: t.arg.int(),
      first: t.arg.int({ defaultValue: NAMESPACE_PAGE.defaultSize }),
      after: t.arg.string(),
    },
    resolve: (_root, { first, after, ...list }, { caller }) => listStoreNamespaces(caller, given({ ...list, page: { first, after } })),
  }),
}));
