import { findAssistant, listAssistants } from '../../services/assistants/read-assistants.js';
import { builder } from '../builder.js';
import { makeCountedConnection, pageArguments } from '../connection.js';
import { given } from '../given.js';
import { makeOrder } from '../order.js';
import { AssistantType } from './assistant.js';

const AssistantConnection = makeCountedConnection('Assistant', AssistantType);
const AssistantOrder = makeOrder('Assistant', ['ID', 'GRAPH_ID', 'NAME', 'CREATED_AT', 'UPDATED_AT']);

const AssistantFilter = builder.inputType('AssistantFilter', {
  fields: (t) => ({
    ids: t.idList(),
    graphId: t.string(),
    name: t.string({ description: 'Case-insensitive substring.' }),
    metadata: t.field({ type: 'JSONObject', description: 'JSON containment.' }),
  }),
});

builder.queryFields((t) => ({
  assistant: t.field({
    type: AssistantType,
    nullable: true,
    description: "By UUID, or by graph id (`agent`) for that graph's default assistant.",
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { caller }) => findAssistant(caller, id),
  }),
  assistants: t.field({
    type: AssistantConnection,
    args: { filter: t.arg({ type: AssistantFilter }), orderBy: t.arg({ type: AssistantOrder }), ...pageArguments(t.arg) },
    resolve: (_root, { filter, orderBy, ...page }, { caller }) => listAssistants(caller, given({ filter, orderBy, page })),
  }),
}));
