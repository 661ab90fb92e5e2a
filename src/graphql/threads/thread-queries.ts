import { requireUuid } from '../../domain/uuid.js';
import { listThreads } from '../../services/threads/read-threads.js';
import { builder } from '../builder.js';
import { pageArguments } from '../connection.js';
import { given } from '../given.js';
import { makeOrder } from '../order.js';
import { ThreadType } from '../refs.js';
import { ThreadConnection, ThreadStatus } from './thread.js';

const ThreadOrder = makeOrder('Thread', ['ID', 'STATUS', 'CREATED_AT', 'UPDATED_AT', 'STATE_UPDATED_AT']);

export const ThreadFilter = builder.inputType('ThreadFilter', {
  fields: (t) => ({
    ids: t.idList(),
    graphId: t.string(),
    assistantId: t.id(),
    status: t.field({ type: [ThreadStatus] }),
    metadata: t.field({ type: 'JSONObject' }),
    values: t.field({ type: 'JSONObject' }),
  }),
});

builder.queryFields((t) => ({
  thread: t.field({
    type: ThreadType,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { load }) => load.thread.load(requireUuid(id, ['id'])),
  }),
  threads: t.field({
    type: ThreadConnection,
    args: { filter: t.arg({ type: ThreadFilter }), orderBy: t.arg({ type: ThreadOrder }), ...pageArguments(t.arg) },
    resolve: (_root, { filter, orderBy, ...page }, { caller }) => listThreads(caller, given({ filter, orderBy, page })),
  }),
}));
