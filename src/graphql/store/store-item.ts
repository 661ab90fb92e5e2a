import { builder } from '../builder.js';
import { makeConnection, makeEdge } from '../connection.js';
import { Node } from '../node.js';
import { StoreItemType } from '../refs.js';

StoreItemType.implement({
  interfaces: [Node],
  fields: (t) => ({
    namespace: t.exposeStringList('namespace'),
    key: t.exposeString('key'),
    value: t.expose('value', { type: 'JSONObject' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
  }),
});

const StoreItemEdge = makeEdge('StoreItem', StoreItemType);

builder.objectField(StoreItemEdge, 'score', (t) =>
  t.float({
    nullable: true,
    description: 'Similarity, only with `query`.',
    resolve: ({ score }: { readonly cursor: string; readonly score?: number | null }) => score ?? null,
  }),
);

export const StoreItemConnection = makeConnection('StoreItem', StoreItemType, StoreItemEdge);
