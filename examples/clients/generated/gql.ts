/* eslint-disable */
import * as types from './graphql.js';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation CreateThread {\n    createThread {\n      thread {\n        id\n      }\n    }\n  }\n": typeof types.CreateThreadDocument,
    "\n  query ReadThread($id: ID!) {\n    thread(id: $id) {\n      status\n      messages {\n        role\n        text\n        toolCalls {\n          name\n          args\n        }\n        usage {\n          inputTokens\n          outputTokens\n          totalTokens\n        }\n      }\n    }\n  }\n": typeof types.ReadThreadDocument,
    "\n  mutation StartChat($threadId: ID, $input: JSON!) {\n    createRun(input: { assistantId: \"agent\", threadId: $threadId, input: $input, streamModes: [MESSAGES_TUPLE] }) {\n      run {\n        id\n        threadId\n      }\n    }\n  }\n": typeof types.StartChatDocument,
    "\n  subscription FollowRun($runId: ID!, $after: ID) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      eventId\n      seq\n      ... on RunMetadataEvent {\n        attempt\n      }\n      ... on RunMessageChunkEvent {\n        text\n        chunk {\n          role\n        }\n      }\n      ... on RunErrorEvent {\n        error {\n          name\n          message\n        }\n      }\n      ... on RunEndEvent {\n        status\n      }\n    }\n  }\n": typeof types.FollowRunDocument,
    "\n  mutation OpenReview($metadata: JSONObject!) {\n    createThread(input: { graphId: \"human_review\", metadata: $metadata }) {\n      thread {\n        id\n      }\n    }\n  }\n": typeof types.OpenReviewDocument,
    "\n  mutation StartReview($threadId: ID!, $input: JSON!) {\n    createRun(input: { assistantId: \"human_review\", threadId: $threadId, input: $input }) {\n      run {\n        id\n      }\n    }\n  }\n": typeof types.StartReviewDocument,
    "\n  query ReadInbox($after: String) {\n    interrupts(filter: { graphId: \"human_review\" }, first: 1, after: $after) {\n      totalCount\n      edges {\n        cursor\n        node {\n          interruptId\n          value\n          thread {\n            id\n            metadata\n          }\n        }\n      }\n    }\n  }\n": typeof types.ReadInboxDocument,
    "\n  mutation AnswerInterrupt($runId: UUID!, $threadId: ID!, $answer: JSON!) {\n    createRun(input: { id: $runId, assistantId: \"human_review\", threadId: $threadId, command: { resume: $answer } }) {\n      run {\n        id\n      }\n    }\n  }\n": typeof types.AnswerInterruptDocument,
    "\n  mutation JoinReview($runId: ID!) {\n    joinRun(id: $runId) {\n      done\n      run {\n        status\n        thread {\n          status\n          sent: extract(path: \"values.sent\")\n        }\n      }\n      error {\n        name\n        message\n      }\n    }\n  }\n": typeof types.JoinReviewDocument,
};
const documents: Documents = {
    "\n  mutation CreateThread {\n    createThread {\n      thread {\n        id\n      }\n    }\n  }\n": types.CreateThreadDocument,
    "\n  query ReadThread($id: ID!) {\n    thread(id: $id) {\n      status\n      messages {\n        role\n        text\n        toolCalls {\n          name\n          args\n        }\n        usage {\n          inputTokens\n          outputTokens\n          totalTokens\n        }\n      }\n    }\n  }\n": types.ReadThreadDocument,
    "\n  mutation StartChat($threadId: ID, $input: JSON!) {\n    createRun(input: { assistantId: \"agent\", threadId: $threadId, input: $input, streamModes: [MESSAGES_TUPLE] }) {\n      run {\n        id\n        threadId\n      }\n    }\n  }\n": types.StartChatDocument,
    "\n  subscription FollowRun($runId: ID!, $after: ID) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      eventId\n      seq\n      ... on RunMetadataEvent {\n        attempt\n      }\n      ... on RunMessageChunkEvent {\n        text\n        chunk {\n          role\n        }\n      }\n      ... on RunErrorEvent {\n        error {\n          name\n          message\n        }\n      }\n      ... on RunEndEvent {\n        status\n      }\n    }\n  }\n": types.FollowRunDocument,
    "\n  mutation OpenReview($metadata: JSONObject!) {\n    createThread(input: { graphId: \"human_review\", metadata: $metadata }) {\n      thread {\n        id\n      }\n    }\n  }\n": types.OpenReviewDocument,
    "\n  mutation StartReview($threadId: ID!, $input: JSON!) {\n    createRun(input: { assistantId: \"human_review\", threadId: $threadId, input: $input }) {\n      run {\n        id\n      }\n    }\n  }\n": types.StartReviewDocument,
    "\n  query ReadInbox($after: String) {\n    interrupts(filter: { graphId: \"human_review\" }, first: 1, after: $after) {\n      totalCount\n      edges {\n        cursor\n        node {\n          interruptId\n          value\n          thread {\n            id\n            metadata\n          }\n        }\n      }\n    }\n  }\n": types.ReadInboxDocument,
    "\n  mutation AnswerInterrupt($runId: UUID!, $threadId: ID!, $answer: JSON!) {\n    createRun(input: { id: $runId, assistantId: \"human_review\", threadId: $threadId, command: { resume: $answer } }) {\n      run {\n        id\n      }\n    }\n  }\n": types.AnswerInterruptDocument,
    "\n  mutation JoinReview($runId: ID!) {\n    joinRun(id: $runId) {\n      done\n      run {\n        status\n        thread {\n          status\n          sent: extract(path: \"values.sent\")\n        }\n      }\n      error {\n        name\n        message\n      }\n    }\n  }\n": types.JoinReviewDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateThread {\n    createThread {\n      thread {\n        id\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateThread {\n    createThread {\n      thread {\n        id\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadThread($id: ID!) {\n    thread(id: $id) {\n      status\n      messages {\n        role\n        text\n        toolCalls {\n          name\n          args\n        }\n        usage {\n          inputTokens\n          outputTokens\n          totalTokens\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ReadThread($id: ID!) {\n    thread(id: $id) {\n      status\n      messages {\n        role\n        text\n        toolCalls {\n          name\n          args\n        }\n        usage {\n          inputTokens\n          outputTokens\n          totalTokens\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartChat($threadId: ID, $input: JSON!) {\n    createRun(input: { assistantId: \"agent\", threadId: $threadId, input: $input, streamModes: [MESSAGES_TUPLE] }) {\n      run {\n        id\n        threadId\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation StartChat($threadId: ID, $input: JSON!) {\n    createRun(input: { assistantId: \"agent\", threadId: $threadId, input: $input, streamModes: [MESSAGES_TUPLE] }) {\n      run {\n        id\n        threadId\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FollowRun($runId: ID!, $after: ID) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      eventId\n      seq\n      ... on RunMetadataEvent {\n        attempt\n      }\n      ... on RunMessageChunkEvent {\n        text\n        chunk {\n          role\n        }\n      }\n      ... on RunErrorEvent {\n        error {\n          name\n          message\n        }\n      }\n      ... on RunEndEvent {\n        status\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription FollowRun($runId: ID!, $after: ID) {\n    runEvents(runId: $runId, after: $after) {\n      __typename\n      eventId\n      seq\n      ... on RunMetadataEvent {\n        attempt\n      }\n      ... on RunMessageChunkEvent {\n        text\n        chunk {\n          role\n        }\n      }\n      ... on RunErrorEvent {\n        error {\n          name\n          message\n        }\n      }\n      ... on RunEndEvent {\n        status\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation OpenReview($metadata: JSONObject!) {\n    createThread(input: { graphId: \"human_review\", metadata: $metadata }) {\n      thread {\n        id\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation OpenReview($metadata: JSONObject!) {\n    createThread(input: { graphId: \"human_review\", metadata: $metadata }) {\n      thread {\n        id\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartReview($threadId: ID!, $input: JSON!) {\n    createRun(input: { assistantId: \"human_review\", threadId: $threadId, input: $input }) {\n      run {\n        id\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation StartReview($threadId: ID!, $input: JSON!) {\n    createRun(input: { assistantId: \"human_review\", threadId: $threadId, input: $input }) {\n      run {\n        id\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadInbox($after: String) {\n    interrupts(filter: { graphId: \"human_review\" }, first: 1, after: $after) {\n      totalCount\n      edges {\n        cursor\n        node {\n          interruptId\n          value\n          thread {\n            id\n            metadata\n          }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ReadInbox($after: String) {\n    interrupts(filter: { graphId: \"human_review\" }, first: 1, after: $after) {\n      totalCount\n      edges {\n        cursor\n        node {\n          interruptId\n          value\n          thread {\n            id\n            metadata\n          }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AnswerInterrupt($runId: UUID!, $threadId: ID!, $answer: JSON!) {\n    createRun(input: { id: $runId, assistantId: \"human_review\", threadId: $threadId, command: { resume: $answer } }) {\n      run {\n        id\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation AnswerInterrupt($runId: UUID!, $threadId: ID!, $answer: JSON!) {\n    createRun(input: { id: $runId, assistantId: \"human_review\", threadId: $threadId, command: { resume: $answer } }) {\n      run {\n        id\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation JoinReview($runId: ID!) {\n    joinRun(id: $runId) {\n      done\n      run {\n        status\n        thread {\n          status\n          sent: extract(path: \"values.sent\")\n        }\n      }\n      error {\n        name\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation JoinReview($runId: ID!) {\n    joinRun(id: $runId) {\n      done\n      run {\n        status\n        thread {\n          status\n          sent: extract(path: \"values.sent\")\n        }\n      }\n      error {\n        name\n        message\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;