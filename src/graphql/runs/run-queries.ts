import { requireUuid } from '../../domain/uuid.js';
import { listRuns } from '../../services/runs/read-runs.js';
import { builder } from '../builder.js';
import { pageArguments } from '../connection.js';
import { given } from '../given.js';
import { makeOrder } from '../order.js';
import { RunType } from '../refs.js';
import { RunConnection, RunStatus } from './run.js';

const RunOrder = makeOrder('Run', ['CREATED_AT', 'UPDATED_AT']);

const RunFilter = builder.inputType('RunFilter', {
  fields: (t) => ({
    ids: t.idList(),
    threadId: t.id(),
    assistantId: t.id(),
    cronId: t.id(),
    status: t.field({ type: [RunStatus] }),
    metadata: t.field({ type: 'JSONObject' }),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
  }),
});

builder.queryFields((t) => ({
  run: t.field({
    type: RunType,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { load }) => load.run.load(requireUuid(id, ['id'])),
  }),
  runs: t.field({
    type: RunConnection,
    args: { filter: t.arg({ type: RunFilter }), orderBy: t.arg({ type: RunOrder }), ...pageArguments(t.arg) },
    resolve: (_root, { filter, orderBy, ...page }, { caller }) => listRuns(caller, given({ filter, orderBy, page })),
  }),
}));
