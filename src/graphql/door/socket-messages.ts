import { CloseCode, MessageType } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { AppError } from '../../domain/errors.js';
import { clientError } from '../engine/client-errors.js';
import type { Engine } from '../engine/engine.js';
import type { Limits } from '../engine/limits.js';
import type { SocketState } from './socket-state.js';

const TOO_BIG = 1009;
/** No `complete` message is longer. */
const COMPLETE_MAX_LENGTH = 1_000;

export interface Receiver {
  readonly limits: Limits;
  readonly state: SocketState;
  /** graphql-ws' own handler. */
  readonly handle: (text: string) => Promise<void>;
  readonly explain: Engine['explain'];
}

/** Hands a message to graphql-ws, unless it is too large. Never rejects. */
export async function receive(socket: WebSocket, data: RawData, { limits, state, handle, explain }: Receiver): Promise<void> {
  const text = textOf(data);
  if (Buffer.byteLength(text) > limits.bodyMaxBytes) return refuse(socket, text, limits);
  // graphql-ws tells nobody when a client completes a query or mutation that still runs.
  const completed = text.length < COMPLETE_MAX_LENGTH && text.includes(`"${MessageType.Complete}"`) ? fieldsOf(text) : null;
  if (completed?.type === MessageType.Complete && completed.id !== undefined) state.close(completed.id);
  try {
    await handle(text);
  } catch (error) {
    explain(error);
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  }
}

/** Answers the operation that came in too large a message. */
function refuse(socket: WebSocket, text: string, { bodyMaxBytes }: Limits): void {
  const { id } = fieldsOf(text);
  const message = `The message is larger than ${bodyMaxBytes} bytes.`;
  if (id === undefined) return socket.close(TOO_BIG, message);
  const error = clientError(new AppError('REQUEST_ENTITY_TOO_LARGE', message));
  socket.send(JSON.stringify({ id, type: MessageType.Error, payload: [error] }));
}

function fieldsOf(text: string): { readonly type?: string; readonly id?: string } {
  try {
    const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown };
    return { ...(typeof type === 'string' && { type }), ...(typeof id === 'string' && { id }) };
  } catch {
    return {};
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}

/** Resolves when the text is on its way: so a slow client slows its own operations only, and no queue grows for it. */
export function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(text, (error) => (error && socket.readyState === socket.OPEN ? reject(error) : resolve()));
  });
}
