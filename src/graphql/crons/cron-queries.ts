import { requireUuid } from '../../domain/uuid.js';
import { listCrons } from '../../services/crons/read-crons.js';
import { builder } from '../builder.js';
import { pageArguments } from '../connection.js';
import { given } from '../given.js';
import { makeOrder } from '../order.js';
import { CronType } from '../refs.js';
import { CronConnection } from './cron.js';

const CronOrder = makeOrder('Cron', ['ID', 'CREATED_AT', 'UPDATED_AT', 'NEXT_RUN_AT']);

const CronFilter = builder.inputType('CronFilter', {
  fields: (t) => ({ assistantId: t.id(), threadId: t.id(), enabled: t.boolean(), metadata: t.field({ type: 'JSONObject' }) }),
});

builder.queryFields((t) => ({
  cron: t.field({
    type: CronType,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { load }) => load.cron.load(requireUuid(id, ['id'])),
  }),
  crons: t.field({
    type: CronConnection,
    args: { filter: t.arg({ type: CronFilter }), orderBy: t.arg({ type: CronOrder }), ...pageArguments(t.arg) },
    resolve: (_root, { filter, orderBy, ...page }, { caller }) => listCrons(caller, given({ filter, orderBy, page })),
  }),
}));
