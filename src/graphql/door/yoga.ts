import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode } from 'graphql';
import { createYoga, isAsyncIterable, processRegularResult, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../context.js';
import { requireOperation, type Answer, type Engine } from '../engine/engine.js';
import type { Limits } from '../engine/limits.js';
import { eventStream, single } from './event-stream.js';
import { graphiqlOptions } from './graphiql.js';
import { renderGraphiql } from './graphiql-page.js';
import { accepts, copyOf, hasHttpError, JSON_TYPES, withHttpStatus, withoutHttpStatus } from './http-answers.js';
import { httpError, readBody, readQueryString } from './http-body.js';

export type HttpExchange = { req: IncomingMessage; res: ServerResponse };

interface YogaDeps {
  readonly engine: Engine;
  readonly limits: Limits;
  readonly graphIds: readonly string[];
  /** One per request. */
  readonly contextFor: (exchange: HttpExchange) => RequestContext;
  /** A response has become an event stream. */
  readonly onEventStream: (exchange: HttpExchange) => void;
}

/** `/graphql` over HTTP: POST, GET, server-sent events, and GraphiQL for browsers. */
export function makeYoga(deps: YogaDeps, { graphiql }: { graphiql: boolean }) {
  return createYoga<HttpExchange, RequestContext>({
    schema: deps.engine.schema,
    graphqlEndpoint: '/graphql',
    graphiql: graphiql && (() => graphiqlOptions(deps.graphIds)),
    renderGraphiQL: renderGraphiql,
    context: ({ req, res }) => deps.contextFor({ req, res }),
    plugins: [useEngine(deps.engine), useOwnBodies(deps.limits), useOwnAnswers(deps)],
    // Each of these stands in another place, so that it holds on WebSockets too, or is not wanted at all.
    maskedErrors: false,
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    multipart: false,
    batching: false,
    cors: false,
    logging: false,
    landingPage: false,
    disposeOnProcessTerminate: false,
  });
}

type DoorPlugin = Plugin<RequestContext, HttpExchange>;

/** Yoga marks the errors it is given, and the engine gives the same ones to several clients: so copies. */
function useEngine(engine: Engine): DoorPlugin {
  return {
    onParse({ setParseFn, context }) {
      setParseFn((source: string) => {
        try {
          const document = engine.parse(source);
          requireOperation(document, context.params.operationName);
          return document;
        } catch (error) {
          throw copyOf(engine.explain(error));
        }
      });
    },
    onValidate({ setValidationFn, params }) {
      const document = params.documentAST as DocumentNode;
      setValidationFn(() => engine.validate(document).map((error) => copyOf(error)));
    },
    onExecute: ({ setExecuteFn }) => setExecuteFn(engine.execute),
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      if (accepts(args.contextValue.request, ['text/event-stream', 'text/*', '*/*'])) return setSubscribeFn(engine.subscribe);
      const message = 'A subscription is answered with server-sent events: send `accept: text/event-stream`, or use a WebSocket.';
      setResultAndStopExecution({ errors: [httpError(406, 'BAD_REQUEST', message)] });
    },
  };
}

/** Reads parameters from Node's own request, counting bytes, and refuses what cannot be answered before anything is executed. */
function useOwnBodies({ bodyMaxBytes }: Limits): DoorPlugin {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (!accepts(request, ANSWER_TYPES)) {
        const message = 'Answers are application/graphql-response+json, application/json or text/event-stream: accept one of them.';
        throw httpError(406, 'BAD_REQUEST', message);
      }
      if (request.method === 'POST') setRequestParser(() => readBody(serverContext.req, bodyMaxBytes));
      if (request.method === 'GET') setRequestParser(() => readQueryString(request.url));
    },
    onParams({ params: { operationName } }) {
      if (operationName != null && typeof operationName !== 'string') {
        throw httpError(400, 'BAD_REQUEST', `\`operationName\` must be a string, but is ${JSON.stringify(operationName)}.`);
      }
    },
  };
}

const ANSWER_TYPES = [...JSON_TYPES, 'text/event-stream', 'text/*'];

function useOwnAnswers({ engine, limits, onEventStream }: YogaDeps): DoorPlugin {
  return {
    onResultProcess({ request, result, setResult, setResultProcessor, serverContext }) {
      const toStream = (answers: AsyncIterator<Answer, undefined>): void => {
        onEventStream(serverContext);
        const options = { keepAliveMs: limits.keepAliveMs, abort: request.signal, explain: engine.explain };
        setResultProcessor(() => eventStream(answers, options), 'text/event-stream');
      };
      if (Array.isArray(result)) return;
      if (isAsyncIterable<Answer>(result)) return toStream(result[Symbol.asyncIterator]() as AsyncIterator<Answer, undefined>);
      const answer = withHttpStatus(result as Answer, engine);
      setResult(answer);
      if (accepts(request, JSON_TYPES)) return;
      // Faults of the exchange are JSON, whatever was asked for.
      if (hasHttpError(answer)) setResultProcessor(processRegularResult, 'application/json');
      else toStream(single(withoutHttpStatus(answer)));
    },
  };
}
