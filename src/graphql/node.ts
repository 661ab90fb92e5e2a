import type { Assistant } from '../domain/assistant.js';
import type { Cron } from '../domain/cron.js';
import type { Run } from '../domain/run.js';
import type { Thread } from '../domain/thread.js';
import { requireUuid } from '../domain/uuid.js';
import { builder } from './builder.js';
import type { RequestContext } from './context.js';

type NodeObject = Thread | Run | Assistant | Cron;

export const Node = builder.interfaceRef<NodeObject>('Node').implement({
  description: 'Anything refetchable. `id` is the plain LangGraph UUID (StoreItem: opaque), unique per type.',
  resolveType: (node) => ('attempt' in node ? 'Run' : 'version' in node ? 'Assistant' : 'schedule' in node ? 'Cron' : 'Thread'),
  fields: (t) => ({ id: t.exposeID('id') }),
});

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description: 'Any object by id, looked for as Thread, Run, Assistant, Cron; null when absent.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findNode(context, requireUuid(id, ['id'])),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description: 'Same order as `ids`; null for absent ones.',
    args: { ids: t.arg.idList({ required: true }) },
    resolve: (_root, { ids }, context) => {
      const wanted = ids.map((id, index) => requireUuid(id, ['ids', index]));
      return Promise.all(wanted.map((id) => findNode(context, id)));
    },
  }),
}));

async function findNode({ load }: RequestContext, id: string): Promise<NodeObject | null> {
  return (await load.thread.load(id)) ?? (await load.run.load(id)) ?? (await load.assistant.load(id)) ?? (await load.cron.load(id));
}
