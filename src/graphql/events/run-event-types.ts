import type { EventKind, LogEvent } from '../../domain/event.js';
import { encodeEventId } from '../../domain/event-id.js';
import type { Json } from '../../domain/json.js';
import { builder } from '../builder.js';
import { InterruptType } from '../interrupts/interrupt.js';
import { RunType } from '../refs.js';
import { RunErrorType } from '../runs/error-code.js';
import { RunStatus } from '../runs/run.js';
import { messageList, messagesIn, textOf, textOr } from '../threads/message.js';
import { MessageType, requireLast } from '../threads/message-type.js';
import { chunkOf, endStatusOf, errorOf, interruptsOf, textsIn, updatesOf, valuesOf } from './event-data.js';
import { RunEvent } from './run-event.js';

const eventType = (name: string) => builder.objectRef<LogEvent>(name);

eventType('RunMetadataEvent').implement({
  description: 'First event of every attempt.',
  interfaces: [RunEvent],
  fields: (t) => ({
    attempt: t.int({ resolve: ({ attempt }) => attempt ?? 1 }),
    resumesAfterSeq: t.exposeInt('resumesAfterSeq', {
      nullable: true,
      description: 'Its `seq`, for clients whose filter hid that event.',
    }),
    resumesAfter: t.id({
      nullable: true,
      description:
        'The last event that still stands: forget later ones of earlier attempts, their steps run again. Null on the first attempt.',
      resolve: ({ threadId, resumesAfterSeq }) => (resumesAfterSeq === null ? null : encodeEventId({ threadId, seq: resumesAfterSeq })),
    }),
  }),
});

eventType('RunValuesEvent').implement({
  interfaces: [RunEvent],
  fields: (t) => ({
    values: t.field({ type: 'JSON', resolve: valuesOf }),
    messages: t.field({
      type: [MessageType],
      args: { last: t.arg.int() },
      resolve: (event, { last }) => messagesIn(valuesOf(event), requireLast(last)),
    }),
    interrupts: t.field({ type: [InterruptType], resolve: interruptsOf }),
  }),
});

const NodeUpdate = builder.objectRef<{ readonly node: string; readonly values: Json }>('NodeUpdate').implement({
  fields: (t) => ({ node: t.exposeString('node'), values: t.expose('values', { type: 'JSON', nullable: true }) }),
});

eventType('RunUpdatesEvent').implement({
  interfaces: [RunEvent],
  fields: (t) => ({
    updates: t.field({ type: [NodeUpdate], resolve: updatesOf }),
    interrupts: t.field({ type: [InterruptType], resolve: interruptsOf }),
  }),
});

eventType('RunMessageChunkEvent').implement({
  description: 'Mode MESSAGES_TUPLE: one LLM token chunk. Append `text` to the message `messageId`.',
  interfaces: [RunEvent],
  fields: (t) => ({
    messageId: t.string({ nullable: true, resolve: (event) => textOr(chunkOf(event).message.raw['id'], null) }),
    text: t.string({ resolve: (event) => textOf(chunkOf(event).message) }),
    chunk: t.field({ type: MessageType, resolve: (event) => chunkOf(event).message }),
    node: t.string({ nullable: true, resolve: (event) => textOr(chunkOf(event).metadata['langgraph_node'], null) }),
    tags: t.stringList({ resolve: (event) => textsIn(chunkOf(event).metadata['tags']) }),
    metadata: t.field({ type: 'JSONObject', resolve: (event) => chunkOf(event).metadata }),
  }),
});

const MESSAGE_PHASES = ['METADATA', 'PARTIAL', 'COMPLETE'] as const;
const MessagePhase = builder.enumType('MessagePhase', { values: MESSAGE_PHASES });

eventType('RunMessagesEvent').implement({
  description: 'Mode MESSAGES: whole messages so far.',
  interfaces: [RunEvent],
  fields: (t) => ({
    messagePhase: t.field({ type: MessagePhase, resolve: ({ kind }) => phaseOf(kind) }),
    messages: t.field({ type: [MessageType], resolve: ({ data }) => messageList(data) }),
  }),
});

eventType('RunCustomEvent').implement({
  interfaces: [RunEvent],
  fields: (t) => ({ value: t.expose('data', { type: 'JSON', nullable: true }) }),
});

eventType('RunErrorEvent').implement({
  interfaces: [RunEvent],
  fields: (t) => ({ error: t.field({ type: RunErrorType, resolve: errorOf }) }),
});

eventType('RunEndEvent').implement({
  description: 'Always the last event; only this (not a closed socket) means the run is over.',
  interfaces: [RunEvent],
  fields: (t) => ({
    status: t.field({ type: RunStatus, resolve: endStatusOf }),
    run: t.field({
      type: RunType,
      nullable: true,
      description: 'Null when the run was rolled back or deleted.',
      resolve: ({ runId }, _args, { load }) => (runId === null ? null : load.run.load(runId)),
    }),
  }),
});

function phaseOf(kind: EventKind): (typeof MESSAGE_PHASES)[number] {
  const phase = MESSAGE_PHASES.find((known) => kind === `MESSAGES_${known}`);
  if (!phase) throw new Error(`${kind} is no phase of a message.`);
  return phase;
}
