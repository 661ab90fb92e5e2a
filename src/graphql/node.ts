import type { Assistant } from '../domain/assistant.js';
import type { Cron } from '../domain/cron.js';
import type { Run } from '../domain/run.js';
import type { StoreItem } from '../domain/store-item.js';
import type { Thread } from '../domain/thread.js';
import { requireUuid } from '../domain/uuid.js';
import { builder } from './builder.js';
import type { RequestContext } from './context.js';

type NodeObject = Thread | Run | Assistant | Cron | StoreItem;

export const Node = builder.interfaceRef<NodeObject>('Node').implement({
  description: 'Anything refetchable. `id` is the plain LangGraph UUID (StoreItem: opaque), unique per type.',
  resolveType: (node) =>
    'attempt' in node
      ? 'Run'
      : 'version' in node
        ? 'Assistant'
        : 'schedule' in node
          ? 'Cron'
          : 'namespace' in node
            ? 'StoreItem'
            : 'Thread',
  fields: (t) => ({ id: t.exposeID('id') }),
});

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description: 'Any object by id, looked for as Thread, Run, Assistant, Cron, StoreItem; null when absent.',
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
  for (const noun of ['thread', 'run', 'assistant', 'cron', 'storeItem'] as const) {
    const found = await load[noun].load(id);
    if (found) return found;
  }
  return null;
}
