import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A message of the graphql-transport-ws protocol. */
export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket without a client library: every message is sent and read as it is. */
export interface RawSocket {
  readonly socket: WebSocket;
  send(message: object | string): void;
  /** The next message that was not read yet; pings of the protocol are not shown. */
  next(): Promise<SocketMessage>;
  /** Code and reason with which the server closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

/** Opens a socket and says `connection_init`, unless `init` is false. Rejects when the server refuses the upgrade. */
export async function openRawSocket(
  url: string,
  { init = true, headers = {} }: { init?: boolean; headers?: Record<string, string> } = {},
): Promise<RawSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', { headers });
  const unread: SocketMessage[] = [];
  const waiting: ((message: SocketMessage) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as SocketMessage;
    const reader = waiting.shift();
    if (reader) reader(message);
    else unread.push(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code: number, reason: Buffer) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, 'open');
  const raw: RawSocket = {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next() {
      const message = unread.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve));
    },
  };
  if (init) {
    raw.send({ type: 'connection_init' });
    await raw.next();
  }
  return raw;
}
