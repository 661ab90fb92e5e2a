/**
 * urql: starts a run, follows it over a WebSocket, loses the connection half-way, and goes on without loss or repetition.
 *
 *   npm start                                   # in one terminal
 *   npx tsx examples/clients/urql.ts            # in another
 */
import { pathToFileURL } from 'node:url';
import { Client, fetchExchange, subscriptionExchange, type ExecutionResult } from '@urql/core';
import { openFrailConnection } from './frail-connection.js';
import type { FollowRunSubscription } from './generated/graphql.js';
import { followRun, startChat } from './operations.js';

type RunEvent = FollowRunSubscription['runEvents'];

export async function main({ url }: { url: string }): Promise<{ runId: string; events: RunEvent[]; connectionCount: number }> {
  const connection = openFrailConnection(url);
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: connection.client.subscribe(
              { query, variables },
              { ...sink, next: (result) => sink.next(result as ExecutionResult) },
            ),
          }),
        }),
      }),
    ],
  });

  const input = { messages: [{ role: 'user', content: 'How is the weather in Oslo?' }] };
  const started = await client.mutation(startChat, { input }).toPromise();
  const run = started.data?.createRun?.run;
  if (!run) throw started.error ?? new Error('No run came back.');

  const events: RunEvent[] = [];
  const variables = {
    runId: run.id,
    // A getter, because the client sends the variables again after it has connected again.
    get after() {
      return events.at(-1)?.eventId ?? null;
    },
  };
  await new Promise<void>((resolve, reject) => {
    const { unsubscribe } = client.subscription(followRun, variables).subscribe(({ data, error }) => {
      if (error) reject(error);
      if (!data) return;
      const event = data.runEvents;
      events.push(event);
      if (event.__typename === 'RunMessageChunkEvent' && event.chunk.role === 'AI') process.stdout.write(event.text);
      if (events.length === 5) connection.cut();
      if (event.__typename === 'RunEndEvent') {
        unsubscribe();
        resolve();
      }
    });
  });
  await connection.client.dispose();
  process.stdout.write(`\n${events.length} events over ${connection.connectionCount()} connections\n`);
  return { runId: run.id, events, connectionCount: connection.connectionCount() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main({ url: process.env['SKEIN_URL'] ?? 'http://127.0.0.1:8123/graphql' });
}
