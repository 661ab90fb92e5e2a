/** Everything that a client can ask of any event of a run. */
export const ALL_EVENT_FIELDS = `
  __typename eventId seq runId threadId namespace createdAt data
  ... on RunMetadataEvent { attempt resumesAfter resumesAfterSeq }
  ... on RunValuesEvent { values messages { ...AnyMessage } interrupts { ...AnyInterrupt } }
  ... on RunUpdatesEvent { updates { node values } interrupts { ...AnyInterrupt } }
  ... on RunMessageChunkEvent { messageId text chunk { ...AnyMessage } node tags metadata }
  ... on RunMessagesEvent { messagePhase messages { ...AnyMessage } }
  ... on RunTaskEvent { taskPhase taskId name input triggers result errorMessage interrupts { ...AnyInterrupt } }
  ... on RunCheckpointEvent {
    checkpoint { ...AnyCheckpoint } values next metadata
    tasks { taskId name result errorMessage interrupts { ...AnyInterrupt } checkpoint { ...AnyCheckpoint } state { id } }
  }
  ... on RunDebugEvent { step kind payload }
  ... on RunCustomEvent { value }
  ... on RunTraceEvent { event name tags metadata value }
  ... on RunToolEvent { toolPhase callId name value }
  ... on RunFeedbackEvent { urls }
  ... on RunErrorEvent { error { name message } }
  ... on RunEndEvent { status }`;

/** To be put behind an operation that uses {@link ALL_EVENT_FIELDS}. */
export const EVENT_FRAGMENTS = `
  fragment AnyMessage on Message { messageId role text }
  fragment AnyInterrupt on Interrupt { interruptId value namespace threadId runId taskId createdAt resolvedAt }
  fragment AnyCheckpoint on Checkpoint { threadId checkpointId checkpointNs checkpointMap }`;

/** Any event of a run, with all that it has. */
export interface AnyEvent {
  readonly __typename: string;
  readonly eventId: string;
  readonly seq: number;
  readonly namespace: readonly string[];
  readonly data: unknown;
  readonly [field: string]: unknown;
}
