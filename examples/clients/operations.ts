import { graphql } from './generated/index.js';

/** Queues a run of a graph that chats, and answers at once. */
export const startChat = graphql(`
  mutation StartChat($threadId: ID, $input: JSON!) {
    createRun(input: { assistantId: "agent", threadId: $threadId, input: $input, streamModes: [MESSAGES_TUPLE] }) {
      run {
        id
        threadId
      }
    }
  }
`);

/** The run's events: those after the cursor `after`, then live ones. */
export const followRun = graphql(`
  subscription FollowRun($runId: ID!, $after: ID) {
    runEvents(runId: $runId, after: $after) {
      __typename
      eventId
      seq
      ... on RunMetadataEvent {
        attempt
      }
      ... on RunMessageChunkEvent {
        text
        chunk {
          role
        }
      }
      ... on RunErrorEvent {
        error {
          name
          message
        }
      }
      ... on RunEndEvent {
        status
      }
    }
  }
`);

/** A thread of its own for one request, with what the inbox shows of it. */
export const openReview = graphql(`
  mutation OpenReview($metadata: JSONObject!) {
    createThread(input: { graphId: "human_review", metadata: $metadata }) {
      thread {
        id
      }
    }
  }
`);

/** Queues a run of `human_review` on a thread. */
export const startReview = graphql(`
  mutation StartReview($threadId: ID!, $input: JSON!) {
    createRun(input: { assistantId: "human_review", threadId: $threadId, input: $input }) {
      run {
        id
      }
    }
  }
`);

/** The oldest thing that waits for an answer, of those that stand after a cursor. */
export const readInbox = graphql(`
  query ReadInbox($after: String) {
    interrupts(filter: { graphId: "human_review" }, first: 1, after: $after) {
      totalCount
      edges {
        cursor
        node {
          interruptId
          value
          thread {
            id
            metadata
          }
        }
      }
    }
  }
`);

/** Answers one interrupt. The id is chosen by the client, so sending it again after a lost connection answers once. */
export const answerInterrupt = graphql(`
  mutation AnswerInterrupt($runId: UUID!, $threadId: ID!, $answer: JSON!) {
    createRun(input: { id: $runId, assistantId: "human_review", threadId: $threadId, command: { resume: $answer } }) {
      run {
        id
      }
    }
  }
`);

/** Waits for a run's end and reads what it left in its thread. */
export const joinReview = graphql(`
  mutation JoinReview($runId: ID!) {
    joinRun(id: $runId) {
      done
      run {
        status
        thread {
          status
          sent: extract(path: "values.sent")
        }
      }
      error {
        name
        message
      }
    }
  }
`);
