import { notFound } from '../../domain/errors.js';
import type { GraphInfo } from '../../ports/graphs.js';
import { defaultAssistantId } from '../../services/assistants/read-assistants.js';
import { builder } from '../builder.js';
import { AssistantType } from './assistant.js';

const Graph = builder.objectRef<GraphInfo>('Graph').implement({
  fields: (t) => ({
    id: t.exposeID('graphId'),
    description: t.exposeString('description', { nullable: true }),
    defaultAssistant: t.field({
      type: AssistantType,
      resolve: async ({ graphId }, _args, { load }) => {
        const assistant = await load.assistant.load(defaultAssistantId(graphId));
        if (!assistant) throw notFound('Assistant', defaultAssistantId(graphId));
        return assistant;
      },
    }),
  }),
});

builder.queryField('graphs', (t) =>
  t.field({
    type: [Graph],
    description: 'Graphs registered in langgraph.json.',
    resolve: (_root, _args, { caller }) => caller.graphs.list(),
  }),
);
