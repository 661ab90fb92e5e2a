import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import { handleProtocols, makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { AppError } from '../../domain/errors.js';
import type { RequestContext } from '../context.js';
import { requireOperation, type Engine } from '../engine/engine.js';
import type { Limits } from '../engine/limits.js';
import type { Operations } from './operations.js';
import { receive, send } from './socket-messages.js';
import { makeSocketState, type SocketState } from './socket-state.js';

interface SocketDeps {
  readonly engine: Engine;
  readonly limits: Limits;
  readonly operations: Operations;
  /** One per operation. */
  readonly contextFor: (abort: AbortSignal) => RequestContext;
}

/** The WebSockets of one server. */
export interface Sockets {
  /** Takes over a connection whose client has asked for a WebSocket. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every socket with a code on which clients connect again (1012: service restart), and completes no operation. */
  stop(): void;
}

/** Larger messages are not even read: the socket is closed with 1009. Up to that the operation gets an answer. */
const READ_MAX_FACTOR = 8;
const SERVICE_RESTART = 1012;
const CLOSE_WITHIN_MS = 1_000;

/** graphql-transport-ws on `/graphql`. */
export function makeSockets(deps: SocketDeps): Sockets {
  const { limits } = deps;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyMaxBytes * READ_MAX_FACTOR,
    handleProtocols: (offered) => handleProtocols(offered),
  });
  const graphql = makeServer<Record<string, unknown>, SocketState>({
    onSubscribe: (context, id, payload) => begin(deps, context, { id, payload }),
    onComplete: ({ extra }, id) => extra.close(id),
    onError: (_context, _id, _payload, errors) => errors.map((error) => deps.engine.explain(error).toJSON()),
    execute: (args) => deps.engine.execute(args),
    subscribe: (args) => deps.engine.subscribe(args),
  });
  const answering = new WeakSet<WebSocket>();
  const ping = setInterval(pingAll, limits.keepAliveMs).unref();

  function pingAll(): void {
    for (const socket of server.clients) {
      if (!answering.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }

  function opened(socket: WebSocket): void {
    const state = makeSocketState(deps.operations);
    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage(handle) {
          const receiver = { limits, state, handle, explain: deps.engine.explain };
          socket.on('message', (data) => void receive(socket, data, receiver));
        },
      },
      state,
    );
    answering.add(socket);
    socket.on('pong', () => answering.add(socket));
    // What goes wrong on a socket (a message beyond maxPayload, a broken frame) has already begun to close it.
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      state.closeAll();
      void closed(code, reason.toString());
    });
  }

  return {
    accept: (request, socket, head) => server.handleUpgrade(request, socket, head, opened),
    stop() {
      clearInterval(ping);
      for (const socket of server.clients) socket.close(SERVICE_RESTART, 'The server is stopping. Connect again and resume.');
      setTimeout(() => server.clients.forEach((socket) => socket.terminate()), CLOSE_WITHIN_MS).unref();
    },
  };
}

/** The arguments of one operation, or why it cannot begin. Whatever is wrong with it, the socket stays open for the others. */
function begin(
  { engine, limits, contextFor }: SocketDeps,
  { extra, subscriptions }: Context<Record<string, unknown>, SocketState>,
  { id, payload }: { id: string; payload: SubscribePayload },
): ExecutionArgs | readonly GraphQLError[] {
  try {
    if (Object.keys(subscriptions).length > limits.operationsPerSocket) throw tooMany(limits);
    const document = engine.parse(payload.query);
    const faults = engine.validate(document);
    if (faults.length > 0) return faults;
    const args = {
      schema: engine.schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      rootValue: undefined,
    };
    requireOperation(document, payload.operationName);
    return { ...args, contextValue: contextFor(extra.open(id).abort) };
  } catch (error) {
    return [engine.explain(error)];
  }
}

function tooMany({ operationsPerSocket }: Limits): AppError {
  const message = `This socket has ${operationsPerSocket} operations going on, which is as many as it may. Complete some, or open another socket.`;
  return new AppError('TOO_MANY_SUBSCRIPTIONS', message, { operationsPerSocket });
}
