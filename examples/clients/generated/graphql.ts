/* eslint-disable */
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** ISO-8601 instant; always serialised in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
  /** Any JSON value, embedded (not stringified). Graph state is user-defined, hence untyped. */
  JSON: { input: unknown; output: unknown; }
  /** A JSON object, embedded. */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
  /** RFC 9562 UUID. Used only where a client may CHOOSE an id; ids are otherwise `ID`. */
  UUID: { input: string; output: string; }
};

export type AssistantFilter = {
  graphId?: InputMaybe<Scalars['String']['input']>;
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** JSON containment. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Case-insensitive substring. */
  name?: InputMaybe<Scalars['String']['input']>;
};

export type AssistantOrder = {
  direction?: OrderDirection;
  field: AssistantOrderField;
};

export type AssistantOrderField =
  | 'CREATED_AT'
  | 'GRAPH_ID'
  | 'ID'
  | 'NAME'
  | 'UPDATED_AT';

export type CancelAction =
  | 'INTERRUPT'
  | 'ROLLBACK';

/** At least one of threadId/runIds is required unless status is given. */
export type CancelRunsFilter = {
  runIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  status?: InputMaybe<Array<RunStatus>>;
  threadId?: InputMaybe<Scalars['ID']['input']>;
};

export type ChangeKind =
  | 'CREATED'
  | 'DELETED'
  /** Events were dropped or the feed restarted: refetch. */
  | 'RESYNC'
  | 'UPDATED';

export type CheckpointInput = {
  checkpointId?: InputMaybe<Scalars['ID']['input']>;
  checkpointMap?: InputMaybe<Scalars['JSONObject']['input']>;
  checkpointNs?: InputMaybe<Scalars['String']['input']>;
};

export type CommandInput = {
  goto?: InputMaybe<Array<GotoInput>>;
  /** Answer to an interrupt, or {interruptId: answer}. */
  resume?: InputMaybe<Scalars['JSON']['input']>;
  /** State update: object or [key, value] pairs. */
  update?: InputMaybe<Scalars['JSON']['input']>;
};

export type CreateAssistantInput = {
  config?: InputMaybe<RunConfigInput>;
  context?: InputMaybe<Scalars['JSON']['input']>;
  description?: InputMaybe<Scalars['String']['input']>;
  graphId: Scalars['String']['input'];
  id?: InputMaybe<Scalars['UUID']['input']>;
  ifExists?: InputMaybe<IfExists>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** "Untitled" unless given. */
  name?: InputMaybe<Scalars['String']['input']>;
};

export type CreateCronInput = {
  assistantId: Scalars['ID']['input'];
  config?: InputMaybe<RunConfigInput>;
  context?: InputMaybe<Scalars['JSON']['input']>;
  durability?: Durability;
  enabled?: Scalars['Boolean']['input'];
  endAt?: InputMaybe<Scalars['DateTime']['input']>;
  input?: InputMaybe<Scalars['JSON']['input']>;
  interruptAfter?: InputMaybe<Array<Scalars['String']['input']>>;
  interruptBefore?: InputMaybe<Array<Scalars['String']['input']>>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  multitaskStrategy?: MultitaskStrategy;
  onRunCompleted?: OnCompletion;
  /** 5-field cron expression. */
  schedule: Scalars['String']['input'];
  streamModes?: Array<StreamMode>;
  streamResumable?: Scalars['Boolean']['input'];
  streamSubgraphs?: Scalars['Boolean']['input'];
  threadId?: InputMaybe<Scalars['ID']['input']>;
  timezone?: Scalars['String']['input'];
  webhook?: InputMaybe<Scalars['String']['input']>;
};

export type CreateRunInput = {
  afterSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Assistant UUID or graph id. */
  assistantId: Scalars['ID']['input'];
  checkpoint?: InputMaybe<CheckpointInput>;
  /**
   * true or null = ASYNC, false = EXIT.
   * @deprecated Use `durability`
   */
  checkpointDuring?: InputMaybe<Scalars['Boolean']['input']>;
  checkpointId?: InputMaybe<Scalars['ID']['input']>;
  command?: InputMaybe<CommandInput>;
  config?: InputMaybe<RunConfigInput>;
  context?: InputMaybe<Scalars['JSON']['input']>;
  durability?: Durability;
  feedbackKeys?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Client-chosen run id = idempotency key: repeating the call returns the same run. */
  id?: InputMaybe<Scalars['UUID']['input']>;
  ifNotExists?: IfNotExists;
  input?: InputMaybe<Scalars['JSON']['input']>;
  interruptAfter?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Node names; ["*"] = all. */
  interruptBefore?: InputMaybe<Array<Scalars['String']['input']>>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  multitaskStrategy?: MultitaskStrategy;
  /** Only stateless runs. */
  onCompletion?: OnCompletion;
  /** Only for waitRun: what an aborted request does to the run. */
  onDisconnect?: DisconnectMode;
  streamModes?: Array<StreamMode>;
  /** The log is durable while the run lives. true: it is also kept after the end, for the server's event retention. false: it is deleted a grace period (60 s) after the end. */
  streamResumable?: Scalars['Boolean']['input'];
  streamSubgraphs?: Scalars['Boolean']['input'];
  /** Unset: stateless run on a throw-away thread. */
  threadId?: InputMaybe<Scalars['ID']['input']>;
  webhook?: InputMaybe<Scalars['String']['input']>;
};

export type CreateThreadInput = {
  graphId?: InputMaybe<Scalars['String']['input']>;
  id?: InputMaybe<Scalars['UUID']['input']>;
  ifExists?: InputMaybe<IfExists>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** A history to begin with: each superstep becomes one checkpoint. Needs `graphId`; at most 1,000. */
  supersteps?: InputMaybe<Array<SuperstepInput>>;
  ttlMinutes?: InputMaybe<Scalars['Int']['input']>;
};

export type CronFilter = {
  assistantId?: InputMaybe<Scalars['ID']['input']>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  threadId?: InputMaybe<Scalars['ID']['input']>;
};

/** MISSED = fire times that passed unserved, coalesced into the one firing that follows them; MANUAL = fireCron. */
export type CronFireOutcome =
  | 'FAILED'
  | 'MANUAL'
  | 'MISSED'
  | 'STARTED';

export type CronOrder = {
  direction?: OrderDirection;
  field: CronOrderField;
};

export type CronOrderField =
  | 'CREATED_AT'
  | 'ID'
  | 'NEXT_RUN_AT'
  | 'UPDATED_AT';

export type DisconnectMode =
  | 'CANCEL'
  | 'CONTINUE';

export type Durability =
  | 'ASYNC'
  | 'EXIT'
  | 'SYNC';

/** Every value `errors[].extensions.code` can take. In the schema so that codegen yields it. */
export type ErrorCode =
  | 'ALREADY_EXISTS'
  | 'ASSISTANT_NOT_FOUND'
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'CHECKPOINT_CONFLICT'
  | 'CHECKPOINT_NOT_FOUND'
  | 'CRON_NOT_FOUND'
  | 'EVENT_CURSOR_EXPIRED'
  | 'EVENT_CURSOR_INVALID'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'GRAPH_NOT_FOUND'
  | 'INTERNAL_SERVER_ERROR'
  | 'INVALID_CRON_SCHEDULE'
  | 'INVALID_STATE_UPDATE'
  | 'OPERATION_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'REQUEST_ENTITY_TOO_LARGE'
  | 'RUN_ACTIVE'
  | 'RUN_NOT_CANCELLABLE'
  | 'RUN_NOT_FOUND'
  | 'SERVER_SHUTTING_DOWN'
  | 'SLOW_CONSUMER'
  | 'STORE_ITEM_NOT_FOUND'
  | 'THREAD_BUSY'
  | 'THREAD_NOT_FOUND'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'UNAUTHENTICATED';

/** With `input`: a Send; without: a plain jump. */
export type GotoInput = {
  input?: InputMaybe<Scalars['JSON']['input']>;
  node: Scalars['String']['input'];
};

export type IfExists =
  | 'DO_NOTHING'
  | 'RAISE';

export type IfNotExists =
  | 'CREATE'
  | 'REJECT';

export type InterruptFilter = {
  assistantId?: InputMaybe<Scalars['ID']['input']>;
  graphId?: InputMaybe<Scalars['String']['input']>;
  /** In the query, omitted = pending ones only; the feed ignores it. */
  pending?: InputMaybe<Scalars['Boolean']['input']>;
  threadId?: InputMaybe<Scalars['ID']['input']>;
  /** Containment in the thread's metadata. */
  threadMetadata?: InputMaybe<Scalars['JSONObject']['input']>;
};

export type MessagePhase =
  | 'COMPLETE'
  | 'METADATA'
  | 'PARTIAL';

export type MessageRole =
  | 'AI'
  | 'CHAT'
  | 'FUNCTION'
  | 'HUMAN'
  | 'REMOVE'
  | 'SYSTEM'
  | 'TOOL'
  | 'UNKNOWN';

export type MultitaskStrategy =
  | 'ENQUEUE'
  | 'INTERRUPT'
  | 'REJECT'
  | 'ROLLBACK';

export type OnCompletion =
  | 'DELETE'
  | 'KEEP';

export type OrderDirection =
  | 'ASC'
  | 'DESC';

export type PruneStrategy =
  | 'DELETE'
  | 'KEEP_LATEST';

export type PutStoreItemInput = {
  index?: InputMaybe<Array<Scalars['String']['input']>>;
  key: Scalars['String']['input'];
  namespace: Array<Scalars['String']['input']>;
  ttlMinutes?: InputMaybe<Scalars['Float']['input']>;
  value: Scalars['JSONObject']['input'];
};

export type RunConfigInput = {
  configurable?: InputMaybe<Scalars['JSONObject']['input']>;
  recursionLimit?: InputMaybe<Scalars['Int']['input']>;
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type RunFilter = {
  assistantId?: InputMaybe<Scalars['ID']['input']>;
  createdAfter?: InputMaybe<Scalars['DateTime']['input']>;
  createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
  cronId?: InputMaybe<Scalars['ID']['input']>;
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  status?: InputMaybe<Array<RunStatus>>;
  threadId?: InputMaybe<Scalars['ID']['input']>;
};

export type RunOrder = {
  direction?: OrderDirection;
  field: RunOrderField;
};

export type RunOrderField =
  | 'CREATED_AT'
  | 'UPDATED_AT';

/** INTERRUPTED = paused for human input (interrupt, interruptBefore/After) and resumable; CANCELLED = stopped by cancelRun, a multitask strategy or a disconnect; TIMEOUT = ran past the server's run time limit. */
export type RunStatus =
  | 'CANCELLED'
  | 'ERROR'
  | 'INTERRUPTED'
  | 'PENDING'
  | 'RUNNING'
  | 'SUCCESS'
  | 'TIMEOUT';

export type StateUpdateInput = {
  asNode: Scalars['String']['input'];
  /** Wins over `values`. */
  command?: InputMaybe<CommandInput>;
  values?: InputMaybe<Scalars['JSON']['input']>;
};

export type StreamMode =
  | 'CHECKPOINTS'
  | 'CUSTOM'
  | 'DEBUG'
  | 'EVENTS'
  | 'MESSAGES'
  | 'MESSAGES_TUPLE'
  | 'TASKS'
  | 'TOOLS'
  | 'UPDATES'
  | 'VALUES';

export type SuperstepInput = {
  updates: Array<StateUpdateInput>;
};

export type TaskPhase =
  | 'FAILED'
  | 'FINISHED'
  | 'STARTED';

export type ThreadFilter = {
  assistantId?: InputMaybe<Scalars['ID']['input']>;
  graphId?: InputMaybe<Scalars['String']['input']>;
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  status?: InputMaybe<Array<ThreadStatus>>;
  values?: InputMaybe<Scalars['JSONObject']['input']>;
};

export type ThreadOrder = {
  direction?: OrderDirection;
  field: ThreadOrderField;
};

export type ThreadOrderField =
  | 'CREATED_AT'
  | 'ID'
  | 'STATE_UPDATED_AT'
  | 'STATUS'
  | 'UPDATED_AT';

export type ThreadStatus =
  | 'BUSY'
  | 'ERROR'
  | 'IDLE'
  | 'INTERRUPTED';

export type ToolPhase =
  | 'DELTA'
  | 'FAILED'
  | 'FINISHED'
  | 'STARTED';

/** Omitted keeps; null clears `description` and `context`. `config` and `context` are replaced whole, `metadata` is merged. */
export type UpdateAssistantInput = {
  config?: InputMaybe<RunConfigInput>;
  context?: InputMaybe<Scalars['JSON']['input']>;
  description?: InputMaybe<Scalars['String']['input']>;
  graphId?: InputMaybe<Scalars['String']['input']>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
};

export type UpdateCronInput = {
  config?: InputMaybe<RunConfigInput>;
  context?: InputMaybe<Scalars['JSON']['input']>;
  durability?: InputMaybe<Durability>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** null clears it. */
  endAt?: InputMaybe<Scalars['DateTime']['input']>;
  input?: InputMaybe<Scalars['JSON']['input']>;
  interruptAfter?: InputMaybe<Array<Scalars['String']['input']>>;
  interruptBefore?: InputMaybe<Array<Scalars['String']['input']>>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  multitaskStrategy?: InputMaybe<MultitaskStrategy>;
  onRunCompleted?: InputMaybe<OnCompletion>;
  schedule?: InputMaybe<Scalars['String']['input']>;
  streamModes?: InputMaybe<Array<StreamMode>>;
  streamResumable?: InputMaybe<Scalars['Boolean']['input']>;
  streamSubgraphs?: InputMaybe<Scalars['Boolean']['input']>;
  timezone?: InputMaybe<Scalars['String']['input']>;
  webhook?: InputMaybe<Scalars['String']['input']>;
};

export type UpdateThreadInput = {
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  ttlMinutes?: InputMaybe<Scalars['Int']['input']>;
};

export type UpdateThreadStateInput = {
  asNode?: InputMaybe<Scalars['String']['input']>;
  checkpoint?: InputMaybe<CheckpointInput>;
  checkpointId?: InputMaybe<Scalars['ID']['input']>;
  /** Optimistic concurrency: refuse (CHECKPOINT_CONFLICT) unless this is the latest checkpoint. */
  expectedCheckpointId?: InputMaybe<Scalars['ID']['input']>;
  values?: InputMaybe<Scalars['JSON']['input']>;
};

export type CreateThreadMutationVariables = Exact<{ [key: string]: never; }>;


export type CreateThreadMutation = { createThread?: { thread: { id: string } } | null };

export type ReadThreadQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ReadThreadQuery = { thread?: { status: ThreadStatus, messages: Array<{ role: MessageRole, text: string, toolCalls: Array<{ name: string, args?: unknown | null }>, usage?: { inputTokens: number, outputTokens: number, totalTokens: number } | null }> } | null };

export type StartChatMutationVariables = Exact<{
  threadId?: InputMaybe<Scalars['ID']['input']>;
  input: Scalars['JSON']['input'];
}>;


export type StartChatMutation = { createRun?: { run: { id: string, threadId: string } } | null };

export type FollowRunSubscriptionVariables = Exact<{
  runId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['ID']['input']>;
}>;


export type FollowRunSubscription = { runEvents:
    | { __typename: 'RunCheckpointEvent', eventId: string, seq: number }
    | { __typename: 'RunCustomEvent', eventId: string, seq: number }
    | { __typename: 'RunDebugEvent', eventId: string, seq: number }
    | { __typename: 'RunEndEvent', status: RunStatus, eventId: string, seq: number }
    | { __typename: 'RunErrorEvent', eventId: string, seq: number, error: { name: string, message: string } }
    | { __typename: 'RunFeedbackEvent', eventId: string, seq: number }
    | { __typename: 'RunMessageChunkEvent', text: string, eventId: string, seq: number, chunk: { role: MessageRole } }
    | { __typename: 'RunMessagesEvent', eventId: string, seq: number }
    | { __typename: 'RunMetadataEvent', attempt: number, eventId: string, seq: number }
    | { __typename: 'RunTaskEvent', eventId: string, seq: number }
    | { __typename: 'RunToolEvent', eventId: string, seq: number }
    | { __typename: 'RunTraceEvent', eventId: string, seq: number }
    | { __typename: 'RunUpdatesEvent', eventId: string, seq: number }
    | { __typename: 'RunValuesEvent', eventId: string, seq: number }
   };

export type OpenReviewMutationVariables = Exact<{
  metadata: Scalars['JSONObject']['input'];
}>;


export type OpenReviewMutation = { createThread?: { thread: { id: string } } | null };

export type StartReviewMutationVariables = Exact<{
  threadId: Scalars['ID']['input'];
  input: Scalars['JSON']['input'];
}>;


export type StartReviewMutation = { createRun?: { run: { id: string } } | null };

export type ReadInboxQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ReadInboxQuery = { interrupts: { totalCount: number, edges: Array<{ cursor: string, node: { interruptId: string, value?: unknown | null, thread: { id: string, metadata: Record<string, unknown> } } }> } };

export type AnswerInterruptMutationVariables = Exact<{
  runId: Scalars['UUID']['input'];
  threadId: Scalars['ID']['input'];
  answer: Scalars['JSON']['input'];
}>;


export type AnswerInterruptMutation = { createRun?: { run: { id: string } } | null };

export type JoinReviewMutationVariables = Exact<{
  runId: Scalars['ID']['input'];
}>;


export type JoinReviewMutation = { joinRun?: { done: boolean, run: { status: RunStatus, thread?: { status: ThreadStatus, sent?: unknown | null } | null }, error?: { name: string, message: string } | null } | null };


export const CreateThreadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateThread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createThread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"thread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<CreateThreadMutation, CreateThreadMutationVariables>;
export const ReadThreadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadThread"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"thread"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"messages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"toolCalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"args"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"totalTokens"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ReadThreadQuery, ReadThreadQueryVariables>;
export const StartChatDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartChat"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"threadId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"JSON"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"assistantId"},"value":{"kind":"StringValue","value":"agent","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"threadId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"threadId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"streamModes"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"MESSAGES_TUPLE"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"threadId"}}]}}]}}]}}]} as unknown as DocumentNode<StartChatMutation, StartChatMutationVariables>;
export const FollowRunDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowRun"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"runId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"runId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"runId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"eventId"}},{"kind":"Field","name":{"kind":"Name","value":"seq"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RunMetadataEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attempt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RunMessageChunkEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"chunk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"role"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RunErrorEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RunEndEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<FollowRunSubscription, FollowRunSubscriptionVariables>;
export const OpenReviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"OpenReview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"metadata"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"JSONObject"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createThread"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"graphId"},"value":{"kind":"StringValue","value":"human_review","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"metadata"},"value":{"kind":"Variable","name":{"kind":"Name","value":"metadata"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"thread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<OpenReviewMutation, OpenReviewMutationVariables>;
export const StartReviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartReview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"threadId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"JSON"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"assistantId"},"value":{"kind":"StringValue","value":"human_review","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"threadId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"threadId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<StartReviewMutation, StartReviewMutationVariables>;
export const ReadInboxDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadInbox"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"interrupts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"graphId"},"value":{"kind":"StringValue","value":"human_review","block":false}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"interruptId"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"thread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ReadInboxQuery, ReadInboxQueryVariables>;
export const AnswerInterruptDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AnswerInterrupt"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"runId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UUID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"threadId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"answer"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"JSON"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"runId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"assistantId"},"value":{"kind":"StringValue","value":"human_review","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"threadId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"threadId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"command"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"resume"},"value":{"kind":"Variable","name":{"kind":"Name","value":"answer"}}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<AnswerInterruptMutation, AnswerInterruptMutationVariables>;
export const JoinReviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"JoinReview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"runId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"joinRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"runId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"done"}},{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"thread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","alias":{"kind":"Name","value":"sent"},"name":{"kind":"Name","value":"extract"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"values.sent","block":false}}]}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<JoinReviewMutation, JoinReviewMutationVariables>;