import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** One answer of the server, as it came. */
export interface Answer<Data = Record<string, unknown>> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly status: number } & Record<string, unknown>;
  }[];
}

/** Sends one operation over HTTP and gives the answer, errors included. */
export async function send<Data = Record<string, unknown>>(url: string, query: string, variables: object = {}): Promise<Answer<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer<Data>;
}

/** As {@link send}, for operations that must succeed: gives the data. */
export async function ask<Data = Record<string, never>>(url: string, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await send<Data>(url, query, variables);
  if (errors || !data) throw new Error(`The server refused: ${JSON.stringify(errors)}`);
  return data;
}

/** The codes of an answer's errors; empty when it succeeded. */
export function codesOf(answer: Answer<unknown>): string[] {
  return answer.errors?.map(({ extensions }) => extensions.code) ?? [];
}

/** A WebSocket of its own; it does not reconnect. */
export function openSocket(url: string): Client {
  return createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, lazy: true });
}

export interface EventRecord {
  readonly __typename: string;
  readonly eventId: string;
  readonly seq: number;
  readonly namespace: readonly string[];
  readonly data: unknown;
  readonly attempt?: number;
  readonly resumesAfter?: string | null;
  readonly status?: string;
}

export const EVENT_FIELDS = `
  __typename eventId seq namespace data
  ... on RunMetadataEvent { attempt resumesAfter }
  ... on RunEndEvent { status }`;

/** A run's events as they come, until END or until the reader stops; the socket closes with it. */
export async function* followEvents(
  url: string,
  runId: string,
  { after, modes }: { after?: string; modes?: string[] } = {},
): AsyncGenerator<EventRecord> {
  const socket = openSocket(url);
  const query = `subscription ($runId: ID!, $after: ID, $modes: [StreamMode!]) { runEvents(runId: $runId, after: $after, modes: $modes) { ${EVENT_FIELDS} } }`;
  try {
    for await (const { data, errors } of socket.iterate<{ runEvents: EventRecord }>({ query, variables: { runId, after, modes } })) {
      if (errors || !data) throw new Error(`The subscription failed: ${JSON.stringify(errors)}`);
      yield data.runEvents;
    }
  } finally {
    await socket.dispose();
  }
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** What stands of a run's events: each further attempt voids those of earlier ones after its `resumesAfter`. */
export function standingEvents(events: readonly EventRecord[]): EventRecord[] {
  return events.reduce<EventRecord[]>((standing, event) => {
    if (event.__typename !== 'RunMetadataEvent' || event.attempt === 1) return [...standing, event];
    const last = standing.findIndex(({ eventId }) => eventId === event.resumesAfter);
    return [...standing.slice(0, last + 1), event];
  }, []);
}
