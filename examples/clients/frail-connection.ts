import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A graphql-ws client whose connection can be cut, as a train in a tunnel would: nobody says goodbye, and the client connects again. */
export interface FrailConnection {
  readonly client: Client;
  /** How often it has connected. */
  readonly connectionCount: () => number;
  cut(): void;
}

export function openFrailConnection(url: string): FrailConnection {
  let connectionCount = 0;
  let socket: WebSocket | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 10,
    // The default waits a second or more; here the gap should be short.
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    on: {
      connected: (connected) => {
        connectionCount += 1;
        socket = connected as WebSocket;
      },
    },
  });
  return { client, connectionCount: () => connectionCount, cut: () => socket?.terminate() };
}
