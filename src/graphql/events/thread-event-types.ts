import { encodeEventId } from '../../domain/event-id.js';
import type { ThreadEvent as AnyThreadEvent } from '../../domain/thread-event.js';
import { builder } from '../builder.js';
import { RunType, ThreadType } from '../refs.js';
import { ThreadStateType } from '../threads/thread-state.js';
import { RunEvent } from './run-event.js';

const TYPE_OF_KIND = {
  RUN_EVENT: 'ThreadRunEvent',
  RUN_STATUS: 'ThreadRunStatusEvent',
  THREAD_STATUS: 'ThreadStatusEvent',
  THREAD_STATE: 'ThreadStateEvent',
} as const satisfies Record<AnyThreadEvent['kind'], string>;

type OfKind<Kind extends AnyThreadEvent['kind']> = Extract<AnyThreadEvent, { kind: Kind }>;

export const ThreadEvent = builder.interfaceRef<AnyThreadEvent>('ThreadEvent').implement({
  resolveType: ({ kind }) => TYPE_OF_KIND[kind],
  fields: (t) => ({
    eventId: t.id({ resolve: ({ event }) => encodeEventId(event) }),
    seq: t.int({ resolve: ({ event }) => event.seq }),
    threadId: t.id({ resolve: ({ event }) => event.threadId }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ event }) => event.createdAt }),
  }),
});

const eventType = <Kind extends AnyThreadEvent['kind']>(kind: Kind) => builder.objectRef<OfKind<Kind>>(TYPE_OF_KIND[kind]);

eventType('RUN_EVENT').implement({
  interfaces: [ThreadEvent],
  fields: (t) => ({ event: t.expose('event', { type: RunEvent }) }),
});

eventType('RUN_STATUS').implement({
  interfaces: [ThreadEvent],
  fields: (t) => ({ run: t.expose('run', { type: RunType, description: 'With the status that it took then.' }) }),
});

eventType('THREAD_STATUS').implement({
  interfaces: [ThreadEvent],
  fields: (t) => ({ thread: t.expose('thread', { type: ThreadType, description: 'With the status that it took then.' }) }),
});

/** The field that costs reading a state: see thread-subscriptions.ts. */
export const STATE_FIELD = { type: TYPE_OF_KIND.THREAD_STATE, field: 'state' } as const;

eventType('THREAD_STATE').implement({
  interfaces: [ThreadEvent],
  fields: (t) => ({
    state: t.field({
      type: ThreadStateType,
      resolve: ({ state }) => {
        if (!state) throw new Error('The state of an event was asked for, and not read.');
        return state;
      },
    }),
  }),
});
