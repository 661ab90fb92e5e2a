import { performance } from 'node:perf_hooks';
import { type Client, clientOf, withClients } from '../client.js';
import { rounds } from '../crowd.js';
import { durationOf, rateOf, type Figure } from '../figure.js';
import { TOKENS } from '../graphs/chat.js';
import { INPUTS, WORKS } from '../works.js';

const CREATE_RUN = /* GraphQL */ `
  mutation ($input: JSON) {
    createRun(input: { assistantId: "chat", input: $input, streamModes: [MESSAGES_TUPLE] }) {
      run {
        id
      }
    }
  }
`;

const RUN_EVENTS = /* GraphQL */ `
  subscription ($runId: ID!) {
    runEvents(runId: $runId) {
      __typename
      eventId
      createdAt
      ... on RunMessageChunkEvent {
        messageId
        text
      }
      ... on RunEndEvent {
        status
      }
    }
  }
`;

interface Event {
  readonly __typename: string;
  readonly createdAt: string;
  readonly status?: string;
}

/** One chat as its client saw it. Milliseconds count from the moment at which the run was asked for. */
interface Chat {
  readonly firstEventMs: number;
  readonly firstTokenMs: number;
  readonly allEventsMs: number;
  /** From the moment each event was written until it was here; the former is known to the millisecond, so up to 1 ms too much. */
  readonly agesMs: readonly number[];
}

export async function measureChats(url: string): Promise<Figure[]> {
  return withClients(url, 50, async (clients) => {
    await chatAtOnce(clients);
    const alone = await rounds(60, () => chat(clientOf(clients, 0)));
    const crowds = await rounds(3, () => chatAtOnce(clients));
    const ages = crowds.flatMap(({ chats }) => chats.flatMap(({ agesMs }) => agesMs));
    return [
      durationOf(
        WORKS.firstEvent,
        alone.slice(10).map(({ firstEventMs }) => firstEventMs),
      ),
      durationOf(
        WORKS.firstToken,
        alone.slice(10).map(({ firstTokenMs }) => firstTokenMs),
      ),
      durationOf(
        WORKS.allEvents,
        alone.slice(10).map(({ allEventsMs }) => allEventsMs),
      ),
      rateOf(
        WORKS.manyChats,
        crowds.map(({ eventsPerSecond }) => eventsPerSecond),
      ),
      durationOf(WORKS.eventAge, ages, 0.99),
    ];
  });
}

async function chatAtOnce(clients: readonly Client[]): Promise<{ chats: Chat[]; eventsPerSecond: number }> {
  const started = performance.now();
  const chats = await Promise.all(clients.map(chat));
  const events = chats.reduce((sum, { agesMs }) => sum + agesMs.length, 0);
  return { chats, eventsPerSecond: events / ((performance.now() - started) / 1_000) };
}

/** Asks for a run, subscribes to it with the id that comes back, and reads to its end. */
async function chat(client: Client): Promise<Chat> {
  const started = performance.now();
  const { createRun } = await client.ask<{ createRun: { run: { id: string } } }>(CREATE_RUN, { input: INPUTS.chat });
  const agesMs: number[] = [];
  let firstEventMs = Number.NaN;
  let firstTokenMs = Number.NaN;
  let tokens = 0;
  let status: string | undefined;
  await client.follow<{ runEvents: Event }>(RUN_EVENTS, { runId: createRun.run.id }, ({ runEvents: event }) => {
    const now = performance.now();
    if (agesMs.length === 0) firstEventMs = now - started;
    agesMs.push(performance.timeOrigin + now - Date.parse(event.createdAt));
    if (event.__typename === 'RunMessageChunkEvent' && (tokens += 1) === 1) firstTokenMs = now - started;
    status = event.status;
  });
  const allEventsMs = performance.now() - started;
  if (tokens < TOKENS || status !== 'SUCCESS') throw new Error(`A chat brought ${tokens} tokens and ended with ${status}.`);
  return { firstEventMs, firstTokenMs, allEventsMs, agesMs };
}
