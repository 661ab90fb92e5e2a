import { listInterrupts } from '../../services/state/read-interrupts.js';
import { builder } from '../builder.js';
import { forwardArguments, makeCountedConnection } from '../connection.js';
import { given } from '../given.js';
import { InterruptType } from './interrupt.js';

export const InterruptFilter = builder.inputType('InterruptFilter', {
  fields: (t) => ({
    threadId: t.id(),
    assistantId: t.id(),
    graphId: t.string(),
    threadMetadata: t.field({ type: 'JSONObject', description: "Containment in the thread's metadata." }),
    pending: t.boolean({ description: 'In the query, omitted = pending ones only; the feed ignores it.' }),
  }),
});

const InterruptConnection = makeCountedConnection('Interrupt', InterruptType);

builder.queryFields((t) => ({
  interrupts: t.field({
    type: InterruptConnection,
    description: 'The human-in-the-loop inbox: interrupts across all threads the caller may see, oldest first.',
    args: { filter: t.arg({ type: InterruptFilter }), ...forwardArguments(t.arg) },
    resolve: (_root, { filter, ...page }, { caller }) => listInterrupts(caller, given({ filter, page })),
  }),
}));
