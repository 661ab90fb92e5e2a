import type { EventKind, LogEvent } from '../../domain/event.js';
import { encodeEventId } from '../../domain/event-id.js';
import { builder } from '../builder.js';

export const RunEvent = builder.interfaceRef<LogEvent>('RunEvent').implement({
  description:
    "One entry of a thread's append-only log. `eventId` is the resume cursor (pass as `after`, exclusive); `seq` counts 1, 2, 3, … per thread without a gap (so an unfiltered `threadEvents` proves that nothing is missing) and therefore only rises within one run.",
  resolveType: ({ kind }) => {
    const type = TYPE_OF_KIND[kind];
    if (!type) throw new Error(`An event of kind ${kind} belongs to the thread, not to a run.`);
    return type;
  },
  fields: (t) => ({
    eventId: t.id({ resolve: encodeEventId }),
    seq: t.exposeInt('seq'),
    runId: t.id({
      resolve: ({ runId, kind, seq }) => {
        if (runId === null) throw new Error(`The ${kind} event ${seq} has no run.`);
        return runId;
      },
    }),
    threadId: t.exposeID('threadId'),
    namespace: t.exposeStringList('namespace', { description: 'Subgraph path, [] at the root.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    data: t.expose('data', {
      type: 'JSON',
      nullable: true,
      description: 'Untyped payload exactly as LangGraph emitted it; null when it emitted null.',
    }),
  }),
});

const TYPE_OF_KIND: Readonly<Partial<Record<EventKind, string>>> = {
  METADATA: 'RunMetadataEvent',
  VALUES: 'RunValuesEvent',
  UPDATES: 'RunUpdatesEvent',
  MESSAGES_TUPLE: 'RunMessageChunkEvent',
  MESSAGES_METADATA: 'RunMessagesEvent',
  MESSAGES_PARTIAL: 'RunMessagesEvent',
  MESSAGES_COMPLETE: 'RunMessagesEvent',
  TASKS: 'RunTaskEvent',
  CHECKPOINTS: 'RunCheckpointEvent',
  DEBUG: 'RunDebugEvent',
  CUSTOM: 'RunCustomEvent',
  EVENTS: 'RunTraceEvent',
  TOOLS: 'RunToolEvent',
  FEEDBACK: 'RunFeedbackEvent',
  ERROR: 'RunErrorEvent',
  END: 'RunEndEvent',
};
