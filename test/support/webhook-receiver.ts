import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCall {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookReceiver {
  readonly url: string;
  /** All calls so far. */
  readonly calls: readonly ReceivedCall[];
  /** Resolves when so many have come. */
  called(times: number): Promise<void>;
  close(): Promise<void>;
}

/** A receiver of webhook calls on this machine; `answer` gets the number of the call, from 1. */
export async function startReceiver(
  answer: (response: ServerResponse, call: number) => void = (response) => void response.end(),
): Promise<WebhookReceiver> {
  const calls: ReceivedCall[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      for (const look of waiting) look();
      answer(response, calls.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    calls,
    called: (times) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (calls.length < times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
