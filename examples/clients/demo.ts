/**
 * `npm run demo`: one chat in the terminal. Creates a thread, starts a run of the `agent` graph, prints its tokens as they arrive over a
 * WebSocket, then the thread's state and what it cost. Uses the server at SKEIN_URL (default http://127.0.0.1:8123/graphql); where none
 * runs, it starts one for itself, with its data in a temporary folder.
 */
import { pathToFileURL } from 'node:url';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { FollowRunSubscription, RunStatus } from './generated/graphql.js';
import { graphql } from './generated/index.js';
import { followRun, startChat } from './operations.js';
import { must, request } from './request.js';
import { openServer } from './temporary-server.js';

const createThread = graphql(`
  mutation CreateThread {
    createThread {
      thread {
        id
      }
    }
  }
`);

const readThread = graphql(`
  query ReadThread($id: ID!) {
    thread(id: $id) {
      status
      messages {
        role
        text
        toolCalls {
          name
          args
        }
        usage {
          inputTokens
          outputTokens
          totalTokens
        }
      }
    }
  }
`);

export async function main({
  url,
  question = 'How is the weather in Oslo?',
}: {
  url: string;
  question?: string;
}): Promise<{ status: RunStatus; answer: string }> {
  const created = await request(url, createThread, {});
  const threadId = must(created.createThread).thread.id;
  process.stdout.write(`Thread  ${threadId}\n`);

  const input = { messages: [{ role: 'user', content: question }] };
  const started = await request(url, startChat, { threadId, input });
  const runId = must(started.createRun).run.id;
  process.stdout.write(`Run     ${runId}\n\nYou     ${question}\nAgent   `);

  const status = await printTokens(url, runId);

  const { status: threadStatus, messages } = must((await request(url, readThread, { id: threadId })).thread);
  process.stdout.write(`\n\nState   ${threadStatus}, ${messages.length} messages\n`);
  for (const { role, text, toolCalls } of messages) {
    const calls = toolCalls.map(({ name, args }) => `${name}(${JSON.stringify(args)})`).join(', ');
    process.stdout.write(`        ${role.padEnd(6)} ${text || `calls ${calls}`}\n`);
  }
  const total = messages.reduce((sum, { usage }) => sum + (usage?.totalTokens ?? 0), 0);
  const answered = messages.reduce((sum, { usage }) => sum + (usage?.outputTokens ?? 0), 0);
  process.stdout.write(`Usage   ${total} tokens, ${answered} of them answers\n`);
  return { status, answer: messages.at(-1)?.text ?? '' };
}

/** Resolves when the run has ended: only a RunEndEvent says so. */
async function printTokens(url: string, runId: string): Promise<RunStatus> {
  const client = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
  let last: string | null = null;
  const variables = {
    runId,
    // A getter: after a lost connection the client sends the variables again, and so resumes.
    get after() {
      return last;
    },
  };
  try {
    for await (const { data, errors } of client.iterate<FollowRunSubscription>({ query: print(followRun), variables })) {
      if (!data) throw new Error(errors?.[0]?.message ?? 'No data came back.');
      const event = data.runEvents;
      last = event.eventId;
      if (event.__typename === 'RunMessageChunkEvent') process.stdout.write(event.chunk.role === 'AI' ? event.text : `(${event.text}) `);
      if (event.__typename === 'RunErrorEvent') process.stdout.write(`\n${event.error.name}: ${event.error.message}`);
      if (event.__typename === 'RunEndEvent') return event.status;
    }
    throw new Error('The stream ended before the run did.');
  } finally {
    await client.dispose();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const url = process.env['SKEIN_URL'] ?? 'http://127.0.0.1:8123/graphql';
  const question = process.argv.slice(2).join(' ') || undefined;
  const server = await openServer(url);
  try {
    await main({ url: server.url, ...(question && { question }) });
  } finally {
    await server.stop();
  }
}
