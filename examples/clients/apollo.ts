/**
 * Apollo Client: starts a run, follows it over a WebSocket, loses the connection half-way, and goes on without loss or repetition.
 *
 *   npm start                                   # in one terminal
 *   npx tsx examples/clients/apollo.ts          # in another
 */
import { pathToFileURL } from 'node:url';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { tap } from 'rxjs';
import { openFrailConnection } from './frail-connection.js';
import type { FollowRunSubscription } from './generated/graphql.js';
import { followRun, startChat } from './operations.js';

type RunEvent = FollowRunSubscription['runEvents'];

export async function main({ url }: { url: string }): Promise<{ runId: string; events: RunEvent[]; connectionCount: number }> {
  const connection = openFrailConnection(url);
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      ApolloLink.from([resumeFromLastEvent, new GraphQLWsLink(connection.client)]),
      new HttpLink({ uri: url }),
    ),
  });

  const input = { messages: [{ role: 'user', content: 'How is the weather in Oslo?' }] };
  const started = await client.mutate({ mutation: startChat, variables: { input } });
  const run = started.data?.createRun?.run;
  if (!run) throw new Error('No run came back.', { cause: started.error });

  const events: RunEvent[] = [];
  await new Promise<void>((resolve, reject) => {
    client.subscribe({ query: followRun, variables: { runId: run.id }, fetchPolicy: 'no-cache' }).subscribe({
      next: ({ data, error }) => {
        if (error) reject(new Error(error.message, { cause: error }));
        if (!data) return;
        const event = data.runEvents;
        events.push(event);
        if (event.__typename === 'RunMessageChunkEvent' && event.chunk.role === 'AI') process.stdout.write(event.text);
        if (events.length === 5) connection.cut();
      },
      error: reject,
      complete: resolve,
    });
  });
  client.stop();
  await connection.client.dispose();
  process.stdout.write(`\n${events.length} events over ${connection.connectionCount()} connections\n`);
  return { runId: run.id, events, connectionCount: connection.connectionCount() };
}

/**
 * Apollo copies an operation's variables, so a getter in them would be read once only. This link puts the getter behind the copy: when
 * the WebSocket has connected again, the operation is sent again with the last event that arrived.
 */
const resumeFromLastEvent = new ApolloLink((operation, forward) => {
  const given = operation.variables;
  let last: unknown = given['after'] ?? null;
  operation.variables = {
    ...given,
    get after() {
      return last;
    },
  };
  return forward(operation).pipe(
    tap(({ data }) => {
      last = (data as FollowRunSubscription | null | undefined)?.runEvents.eventId ?? last;
    }),
  );
});

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main({ url: process.env['SKEIN_URL'] ?? 'http://127.0.0.1:8123/graphql' });
}
