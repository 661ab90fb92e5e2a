import { randomUUID } from 'node:crypto';
import type { GraphiQLOptions } from 'graphql-yoga';

/**
 * Tabs that work one after the other as they are: the ids of the thread and the run are chosen here, anew for each page, so nothing
 * has to be copied from one tab to the next, and pressing a button twice does no harm.
 */
export function graphiqlOptions(graphIds: readonly string[]): GraphiQLOptions {
  const ids = { threadId: randomUUID(), runId: randomUUID(), assistantId: graphIds.includes('agent') ? 'agent' : (graphIds[0] ?? 'agent') };
  return {
    title: 'Skein',
    subscriptionsProtocol: 'WS',
    defaultTabs: TABS.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables(ids), null, 2) })),
    defaultEditorToolsVisibility: 'variables',
  };
}

interface Ids {
  readonly threadId: string;
  readonly runId: string;
  readonly assistantId: string;
}

interface Tab {
  readonly query: string;
  variables(ids: Ids): Record<string, unknown>;
}

const TABS: readonly Tab[] = [
  {
    query: `# 1. Create a thread: a conversation that remembers.
mutation CreateThread($id: UUID) {
  createThread(
    input: { id: $id, ifExists: DO_NOTHING }
  ) {
    thread { id status createdAt }
  }
}
`,
    variables: ({ threadId }) => ({ id: threadId }),
  },
  {
    query: `# 2. Start a run on it. The same id again gives
#    the same run: change it for the next one.
mutation StartRun(
  $id: UUID, $threadId: ID, $assistantId: ID!
) {
  createRun(
    input: {
      id: $id
      threadId: $threadId
      assistantId: $assistantId
      input: {
        messages: [
          {
            role: "user"
            content: "How is the weather in Bern?"
          }
        ]
      }
      streamModes: [MESSAGES_TUPLE, UPDATES]
    }
  ) {
    run { id status }
  }
}
`,
    variables: ({ threadId, runId, assistantId }) => ({ id: runId, threadId, assistantId }),
  },
  {
    query: `# 3. Watch its events: what has happened, then live.
#    GraphiQL keeps the newest answer only: press again
#    to see all. An eventId as \`after\` gives the rest.
subscription WatchRun($runId: ID!, $after: ID) {
  runEventBatches(runId: $runId, after: $after) {
    __typename
    eventId
    ... on RunMessageChunkEvent { node text }
    ... on RunUpdatesEvent {
      updates { node values }
    }
    ... on RunErrorEvent {
      error { name message }
    }
    ... on RunEndEvent { status }
  }
}
`,
    variables: ({ runId }) => ({ runId, after: null }),
  },
  {
    query: `# 4. Join it: wait for its result.
mutation JoinRun($runId: ID!) {
  joinRun(id: $runId) {
    done
    run {
      status
      thread { status messages { role text } }
    }
    error { name message }
  }
}
`,
    variables: ({ runId }) => ({ runId }),
  },
];
