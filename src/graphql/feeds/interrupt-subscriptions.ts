import type { Interrupt } from '../../domain/interrupt.js';
import { watchInterrupts } from '../../services/feeds/watch-interrupts.js';
import { builder } from '../builder.js';
import { given } from '../given.js';
import { InterruptType } from '../interrupts/interrupt.js';
import { InterruptFilter } from '../interrupts/interrupt-queries.js';
import { flattenBatches } from './flatten-batches.js';

builder.subscriptionFields((t) => ({
  interruptsChanged: t.field({
    type: InterruptType,
    description: 'Inbox feed: an interrupt appeared or was resolved.',
    args: { filter: t.arg({ type: InterruptFilter }) },
    subscribe: async (_root, { filter }, { caller, abort }) =>
      flattenBatches(await watchInterrupts(caller, { filter: given(filter ?? null), abort })),
    resolve: (interrupt: Interrupt) => interrupt,
  }),
}));
