import type { Assistant } from '../../domain/assistant.js';
import { drawAssistantGraph, findAssistantSchemas, listAssistantSubgraphs } from '../../services/assistants/describe-assistant.js';
import { listVersions } from '../../services/assistants/read-assistant-versions.js';
import { builder } from '../builder.js';
import { forwardArguments } from '../connection.js';
import { given } from '../given.js';
import { Node } from '../node.js';
import { RunConfigType } from '../runs/run-config.js';
import { AssistantVersionConnection } from './assistant-version.js';
import { GraphDrawingType, GraphSchemasType, SubgraphType } from './graph-description.js';

export const AssistantType = builder.objectRef<Assistant>('Assistant').implement({
  interfaces: [Node],
  fields: (t) => ({
    graphId: t.exposeString('graphId'),
    name: t.exposeString('name'),
    description: t.exposeString('description', { nullable: true }),
    config: t.expose('config', { type: RunConfigType }),
    context: t.expose('context', { type: 'JSON', nullable: true }),
    metadata: t.expose('metadata', { type: 'JSONObject' }),
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    versions: t.field({
      type: AssistantVersionConnection,
      description: 'Newest first.',
      args: { metadata: t.arg({ type: 'JSONObject', description: 'JSON containment.' }), ...forwardArguments(t.arg) },
      resolve: (assistant, { metadata, ...page }, { caller }) => listVersions(caller, assistant, given({ metadata, page })),
    }),
    schemas: t.field({
      type: GraphSchemasType,
      resolve: (assistant, _args, { caller }) => findAssistantSchemas(caller, assistant),
    }),
    graph: t.field({
      type: GraphDrawingType,
      description: 'Nodes and edges; `xray` expands that many levels of subgraphs (-1 = all).',
      args: { xray: t.arg.int({ defaultValue: 0 }) },
      resolve: (assistant, { xray }, { caller }) => drawAssistantGraph(caller, assistant, { xray: xray ?? 0 }),
    }),
    subgraphs: t.field({
      type: [SubgraphType],
      description: "Those in the graph's nodes, with `recurse` those in theirs too; or only the one that `namespace` names.",
      args: { namespace: t.arg.string(), recurse: t.arg.boolean({ defaultValue: false }) },
      resolve: (assistant, { namespace, recurse }, { caller }) =>
        listAssistantSubgraphs(caller, assistant, { namespace: namespace ?? null, recurse: recurse ?? false }),
    }),
  }),
});
