import type { ArgBuilder, InterfaceRef, ObjectRef } from '@pothos/core';
import type { Page } from '../domain/page.js';
import { builder } from './builder.js';

type SchemaTypes = (typeof builder)['$inferSchemaTypes'];
type NodeRef<Node> = ObjectRef<SchemaTypes, Node> | InterfaceRef<SchemaTypes, Node>;

/** The arguments of a list that can be read from both ends. */
export function pageArguments(t: ArgBuilder<SchemaTypes>) {
  return { ...forwardArguments(t), last: t.int(), before: t.string() };
}

/** The arguments of a list that is read from its beginning. */
export function forwardArguments(t: ArgBuilder<SchemaTypes>) {
  return { first: t.int(), after: t.string() };
}

/** A page of which nobody asks how long the whole list is. */
export type UncountedPage<Node> = Omit<Page<Node>, 'countAll'>;

export const PageInfo = builder.objectRef<UncountedPage<unknown>>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.string({ nullable: true, resolve: (page) => page.edges.at(0)?.cursor ?? null }),
    endCursor: t.string({ nullable: true, resolve: (page) => page.edges.at(-1)?.cursor ?? null }),
  }),
});

/** `<name>Connection`, without `totalCount`, and `<name>Edge`, unless one with further fields is given. */
export function makeConnection<Node>(
  name: string,
  node: NodeRef<Node>,
  Edge = makeEdge(name, node),
): ObjectRef<SchemaTypes, UncountedPage<Node>> {
  return builder.objectRef<UncountedPage<Node>>(`${name}Connection`).implement({ fields: (t) => pageFields(t, Edge, node) });
}

/** `<name>Connection` and `<name>Edge`; `totalCount` is computed only when selected. */
export function makeCountedConnection<Node>(name: string, node: NodeRef<Node>): ObjectRef<SchemaTypes, Page<Node>> {
  const Edge = makeEdge(name, node);
  return builder.objectRef<Page<Node>>(`${name}Connection`).implement({
    fields: (t) => ({ ...pageFields(t, Edge, node), totalCount: t.int({ resolve: (page) => page.countAll() }) }),
  });
}

type Edge<Node> = Page<Node>['edges'][number];

/** `<name>Edge`. */
export function makeEdge<Node>(name: string, node: NodeRef<Node>): ObjectRef<SchemaTypes, Edge<Node>> {
  return builder.objectRef<Edge<Node>>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node, resolve: (edge) => edge.node as never }),
    }),
  });
}

function pageFields<Node, P extends UncountedPage<Node>>(
  t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, P>,
  EdgeType: ObjectRef<SchemaTypes, Edge<Node>>,
  node: NodeRef<Node>,
) {
  return {
    edges: t.field({ type: [EdgeType], resolve: (page) => page.edges }),
    // Pothos cannot see that a generic ref's shape is Node.
    nodes: t.field({ type: [node], resolve: (page) => page.edges.map((edge) => edge.node) as never }),
    pageInfo: t.field({ type: PageInfo, resolve: (page) => page }),
  };
}
