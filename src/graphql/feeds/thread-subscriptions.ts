import type { ThreadChange } from '../../domain/change.js';
import type { ThreadEvent as AnyThreadEvent } from '../../domain/thread-event.js';
import { watchThreads } from '../../services/feeds/watch-threads.js';
import { followThread } from '../../services/log/follow-thread.js';
import { builder } from '../builder.js';
import { STATE_FIELD, ThreadEvent } from '../events/thread-event-types.js';
import { given } from '../given.js';
import { StreamMode } from '../runs/run.js';
import { selects } from '../selects.js';
import { ThreadFilter } from '../threads/thread-queries.js';
import { ThreadChangeType } from './changes.js';
import { flattenBatches } from './flatten-batches.js';

builder.subscriptionFields((t) => ({
  threadEvents: t.field({
    type: ThreadEvent,
    description:
      'All runs of a thread, now and future, plus status and state changes; never ends by itself. `after` null: from now on; empty string: from the oldest event kept.',
    args: {
      threadId: t.arg.id({ required: true }),
      after: t.arg.id(),
      modes: t.arg({ type: [StreamMode] }),
      subgraphs: t.arg.boolean({ defaultValue: true }),
    },
    subscribe: async (_root, { threadId, after, modes, subgraphs }, { caller, abort }, info) =>
      flattenBatches(
        await followThread(caller, threadId, {
          after: after ?? null,
          modes: modes ?? null,
          subgraphs: subgraphs ?? true,
          states: selects(info, STATE_FIELD),
          abort,
        }),
      ),
    resolve: (event: AnyThreadEvent) => event,
  }),
  threadsChanged: t.field({
    type: ThreadChangeType,
    description: 'One RESYNC first, then each change. A thread that stops matching is sent once more, as DELETED.',
    args: { filter: t.arg({ type: ThreadFilter }) },
    subscribe: async (_root, { filter }, { caller, abort }) =>
      flattenBatches(await watchThreads(caller, { filter: given(filter ?? null), abort })),
    resolve: (change: ThreadChange) => change,
  }),
}));
