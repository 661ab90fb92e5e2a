import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECOND } from '../../ports/clock.js';
import type { Caller, Deps } from '../../services/caller.js';
import { readQueue } from '../../services/runs/read-queue.js';
import { makeContext } from '../context.js';
import { makeEngine } from '../engine/engine.js';
import { DEFAULT_LIMITS, type Limits } from '../engine/limits.js';
import { makeSchema } from '../schema.js';
import { readServerFacts } from '../server-facts.js';
import { listen, type Address } from './listen.js';
import { makeOperations } from './operations.js';
import { isOriginAllowed, setCorsHeaders } from './origin.js';
import { answerJson, answerShuttingDown, refuseUpgrade } from './plain-answers.js';
import { makeSockets } from './websocket.js';
import { makeYoga } from './yoga.js';

export interface DoorOptions extends Address {
  /** Whether browsers that open `/graphql` get GraphiQL. */
  readonly graphiql: boolean;
  /** Origins (`https://app.example`) whose pages may call; pages of the server's own always may. */
  readonly corsOrigins: readonly string[];
  readonly bodyMaxBytes: number;
  /** How long `stop` waits for requests that are being answered. */
  readonly shutdownGraceMs: number;
  /** Instead of {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
}

export interface Door {
  /** `http://127.0.0.1:8123`; `/graphql` is below it. */
  readonly url: string;
  /**
   * Takes no new requests, closes WebSockets so that clients connect again, cuts event streams without completing them, and ends when
   * everything else is answered. Who still waits for a run after the grace is told `done: false`. Idempotent.
   */
  stop(): Promise<void>;
}

const TENANT_ID = 'default';
const LAST_ANSWERS_MS = 1 * SECOND;

/** Opens the clients' door; resolves when it accepts connections. @throws StartupError when the address is taken or wrong */
export async function startServer(deps: Deps, options: DoorOptions): Promise<Door> {
  const limits: Limits = { ...DEFAULT_LIMITS, bodyMaxBytes: options.bodyMaxBytes, ...options.limits };
  const caller: Caller = { ...deps, tenantId: TENANT_ID };
  const facts = readServerFacts(deps.clock);
  const engine = makeEngine({ schema: makeSchema(), limits, telemetry: deps.telemetry });
  const operations = makeOperations();
  const answering = new Set<ServerResponse>();
  const eventStreams = new WeakSet<ServerResponse>();
  let stopping: Promise<void> | null = null;

  const contextFor = (abort: AbortSignal) => makeContext(caller, facts, abort);
  const sockets = makeSockets({ engine, limits, operations, contextFor });
  const yoga = makeYoga(
    {
      engine,
      limits,
      graphIds: deps.graphs.list().map(({ graphId }) => graphId),
      contextFor({ res }) {
        const operation = operations.open();
        res.once('close', operation.close);
        return contextFor(operation.abort);
      },
      onEventStream: ({ res }) => eventStreams.add(res),
    },
    options,
  );

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (stopping) response.setHeader('Connection', 'close');
    switch (pathOf(request)) {
      case '/health':
        return answerJson(response, 200, { status: 'up' });
      case '/ready':
        return answerReadiness(response);
      case '/graphql':
        return answerGraphql(request, response);
      default:
        return answerJson(response, 404, { error: 'There is nothing here. GraphQL is at /graphql.' });
    }
  }

  async function answerReadiness(response: ServerResponse): Promise<void> {
    if (stopping) return answerJson(response, 503, { status: 'stopping' });
    const answers = await readQueue(caller).then(
      () => true,
      () => false,
    );
    answerJson(response, answers ? 200 : 503, { status: answers ? 'ready' : 'the database does not answer' });
  }

  async function answerGraphql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (stopping) return answerShuttingDown(response);
    response.setHeader('X-Frame-Options', 'DENY');
    setCorsHeaders(request, response, options.corsOrigins);
    if (request.method === 'OPTIONS') response.writeHead(204, { Allow: 'GET, POST' }).end();
    else await yoga(request, response);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.once('error', () => socket.destroy());
    if (pathOf(request) !== '/graphql') return refuseUpgrade(socket, '404 Not Found');
    if (!isOriginAllowed(request, options.corsOrigins)) return refuseUpgrade(socket, '403 Forbidden');
    if (stopping) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.accept(request, socket, head);
  }

  // Longer than load balancers keep a connection they do not use: else they send a request into one that is being closed.
  const server = createServer({ keepAliveTimeout: 65 * SECOND }, (request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    answer(request, response).catch((error: unknown) => {
      engine.explain(error);
      response.destroy();
    });
  });
  server.on('upgrade', upgrade);

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    operations.beginStop();
    sockets.stop();
    for (const response of answering) {
      if (eventStreams.has(response)) response.destroy();
      else if (!response.headersSent) response.setHeader('Connection', 'close');
    }
    const lastCall = setTimeout(operations.closeAll, options.shutdownGraceMs);
    const end = setTimeout(() => server.closeAllConnections(), options.shutdownGraceMs + LAST_ANSWERS_MS);
    await closed;
    clearTimeout(lastCall);
    clearTimeout(end);
  }

  const url = await listen(server, options);
  return { url, stop: () => (stopping ??= stop()) };
}

function pathOf({ url }: IncomingMessage): string {
  return (url ?? '/').split('?', 1)[0] ?? '/';
}
