import { builder } from '../builder.js';
import { PageInfo, type UncountedPage } from '../connection.js';

type Namespaces = UncountedPage<readonly string[]>;

const StoreNamespaceEdge = builder.objectRef<Namespaces['edges'][number]>('StoreNamespaceEdge').implement({
  fields: (t) => ({ cursor: t.exposeString('cursor'), node: t.stringList({ resolve: ({ node }) => node }) }),
});

export const StoreNamespaceConnection = builder.objectRef<Namespaces>('StoreNamespaceConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [StoreNamespaceEdge], resolve: ({ edges }) => edges }),
    nodes: t.field({ type: t.listRef(t.listRef('String')), resolve: ({ edges }) => edges.map(({ node }) => node) }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page }),
  }),
});
