import { Agent, request } from 'node:http';
import { createClient, type Client as Socket } from 'graphql-ws';
import { WebSocket } from 'ws';

/** One client of the server: an HTTP connection that stays open, and a WebSocket that opens with the first subscription. */
export interface Client {
  /** One operation over HTTP; rejects when the answer holds an error. */
  ask<Data>(query: string, variables: object): Promise<Data>;
  /** One subscription; resolves when the server completes it. */
  follow<Data>(query: string, variables: Record<string, unknown>, onData: (data: Data) => void): Promise<void>;
  close(): Promise<void>;
}

export function openClient(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const socket: Socket = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: 60_000,
  });
  return {
    async ask<Data>(query: string, variables: object): Promise<Data> {
      const answer = JSON.parse(await post(url, agent, JSON.stringify({ query, variables }))) as Answer<Data>;
      return dataOf(answer);
    },
    follow: <Data>(query: string, variables: Record<string, unknown>, onData: (data: Data) => void) =>
      new Promise<void>((resolve, reject) => {
        socket.subscribe<Data>(
          { query, variables },
          { next: (answer) => onData(dataOf(answer as Answer<Data>)), error: (error) => reject(asError(error)), complete: resolve },
        );
      }),
    async close() {
      agent.destroy();
      await socket.dispose();
    },
  };
}

/** As many clients as asked for, closed when `work` is done. */
export async function withClients<T>(url: string, count: number, work: (clients: readonly Client[]) => Promise<T>): Promise<T> {
  const clients = Array.from({ length: count }, () => openClient(url));
  try {
    return await work(clients);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** The client of a caller; callers are numbered from 0. */
export function clientOf(clients: readonly Client[], caller: number): Client {
  const client = clients[caller % clients.length];
  if (!client) throw new Error('There is no client.');
  return client;
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly unknown[];
}

function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors || !data) throw new Error(`The server refused: ${JSON.stringify(errors)}`);
  return data;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`The subscription failed: ${JSON.stringify(error)}`);
}

function post(url: string, agent: Agent, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      'content-length': Buffer.byteLength(body),
    };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
