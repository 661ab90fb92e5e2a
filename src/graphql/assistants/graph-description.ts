import type {
  GraphDrawing,
  GraphDrawingEdge,
  GraphDrawingNode,
  GraphSchemas,
  Subgraph,
} from '../../services/assistants/describe-assistant.js';
import { builder } from '../builder.js';

export const GraphSchemasType = builder.objectRef<GraphSchemas>('GraphSchemas').implement({
  description: 'JSON Schemas; null where the graph declares none.',
  fields: (t) => ({
    input: t.expose('input', { type: 'JSONObject', nullable: true }),
    output: t.expose('output', { type: 'JSONObject', nullable: true }),
    state: t.expose('state', { type: 'JSONObject', nullable: true }),
    config: t.expose('config', { type: 'JSONObject', nullable: true }),
    context: t.expose('context', { type: 'JSONObject', nullable: true }),
  }),
});

export const SubgraphType = builder.objectRef<Subgraph>('Subgraph').implement({
  fields: (t) => ({
    namespace: t.exposeString('namespace'),
    graphId: t.exposeString('graphId', { description: 'The graph of langgraph.json that it is part of.' }),
    schemas: t.expose('schemas', { type: GraphSchemasType }),
  }),
});

const GraphDrawingNodeType = builder.objectRef<GraphDrawingNode>('GraphDrawingNode').implement({
  fields: (t) => ({
    key: t.exposeString('key', { description: 'What edges refer to; `outer:inner` in an expanded subgraph.' }),
    name: t.exposeString('name'),
    kind: t.exposeString('kind', { description: '`runnable` or `schema`.' }),
    data: t.expose('data', { type: 'JSON', nullable: true }),
    metadata: t.expose('metadata', { type: 'JSONObject', nullable: true }),
  }),
});

const GraphDrawingEdgeType = builder.objectRef<GraphDrawingEdge>('GraphDrawingEdge').implement({
  fields: (t) => ({
    source: t.exposeString('source'),
    target: t.exposeString('target'),
    label: t.exposeString('label', { nullable: true }),
    conditional: t.exposeBoolean('conditional'),
  }),
});

export const GraphDrawingType = builder.objectRef<GraphDrawing>('GraphDrawing').implement({
  fields: (t) => ({
    nodes: t.field({ type: [GraphDrawingNodeType], resolve: ({ nodes }) => nodes }),
    edges: t.field({ type: [GraphDrawingEdgeType], resolve: ({ edges }) => edges }),
    mermaid: t.exposeString('mermaid'),
  }),
});
