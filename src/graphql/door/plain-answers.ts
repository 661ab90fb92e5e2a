import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../../domain/errors.js';
import { clientError } from '../engine/client-errors.js';

/** Ends a response with JSON. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }).end(JSON.stringify(body));
}

/** What `/graphql` answers while the server stops. */
export function answerShuttingDown(response: ServerResponse): void {
  const error = clientError(new AppError('SERVER_SHUTTING_DOWN', 'The server is stopping. Ask again in a moment.'));
  response.setHeader('Retry-After', '1');
  answerJson(response, 503, { errors: [error] });
}

/** Answers a client that asked for a WebSocket and does not get one. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
