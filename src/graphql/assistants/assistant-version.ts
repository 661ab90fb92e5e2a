import type { AssistantVersion } from '../../domain/assistant.js';
import { builder } from '../builder.js';
import { makeCountedConnection } from '../connection.js';
import { RunConfigType } from '../runs/run-config.js';

const AssistantVersionType = builder.objectRef<AssistantVersion>('AssistantVersion').implement({
  description: '`id` is `<assistantId>/<version>`.',
  fields: (t) => ({
    id: t.id({ resolve: ({ assistantId, version }) => `${assistantId}/${version}` }),
    version: t.exposeInt('version'),
    graphId: t.exposeString('graphId'),
    name: t.exposeString('name'),
    description: t.exposeString('description', { nullable: true }),
    config: t.expose('config', { type: RunConfigType }),
    context: t.expose('context', { type: 'JSON', nullable: true }),
    metadata: t.expose('metadata', { type: 'JSONObject' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

export const AssistantVersionConnection = makeCountedConnection('AssistantVersion', AssistantVersionType);
