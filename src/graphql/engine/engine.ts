import {
  createSourceEventStream,
  execute,
  getOperationAST,
  Kind,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { AppError } from '../../domain/errors.js';
import type { Telemetry } from '../../ports/telemetry.js';
import { findCoercionError, findStorageError } from './check-variables.js';
import { clientError, toClientError } from './client-errors.js';
import { makeDocuments, type Documents } from './documents.js';
import type { Limits } from './limits.js';
import { costOf, findCostError } from './operation-cost.js';

/** An answer whose errors are as clients see them. */
export type Answer = ExecutionResult;
export type AnswerStream = AsyncIterableIterator<Answer>;

/** GraphQL for every transport: the same limits and the same errors over HTTP and on a WebSocket. */
export interface Engine extends Documents {
  readonly schema: GraphQLSchema;
  /** Runs a query or a mutation. Never rejects. */
  execute(args: ExecutionArgs): Promise<Answer>;
  /** Starts a subscription: a stream, or an answer with errors when it cannot start. The stream rejects with an error as clients see it. */
  subscribe(args: ExecutionArgs): Promise<AnswerStream | Answer>;
  /** Any other failure as clients see it. */
  explain(thrown: unknown): GraphQLError;
}

/** The operation that a request means. BAD_REQUEST when its document holds none of that name, or several and no name was given. */
export function requireOperation(document: DocumentNode, operationName: string | null | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation) return operation;
  if (operationName) throw new AppError('BAD_REQUEST', `The document holds no operation named "${operationName}".`);
  const count = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
  const fact = count === 0 ? 'no operation' : `${count} operations: say which with \`operationName\``;
  throw new AppError('BAD_REQUEST', `The document holds ${fact}.`);
}

export function makeEngine(deps: { schema: GraphQLSchema; limits: Limits; telemetry: Telemetry }): Engine {
  const { schema, limits, telemetry } = deps;

  function explain(thrown: unknown): GraphQLError {
    return toClientError(thrown, { telemetry, codeOf: codeOfFieldError });
  }

  function refuse(args: ExecutionArgs): Answer | null {
    const error = findRequestError(args);
    return error && { errors: [clientError(error)] };
  }

  function findRequestError({ document, operationName, variableValues }: ExecutionArgs): AppError | null {
    const operation = requireOperation(document, operationName);
    return findStorageError(variableValues) ?? findCostError(costOf(schema, document, operation, variableValues ?? {}), limits);
  }

  /** Without `data` GraphQL did not begin to execute: the variables do not fit. */
  function answerOf(result: ExecutionResult, args: ExecutionArgs): Answer {
    if (!result.errors) return result;
    const { document, operationName, variableValues } = args;
    const coercion =
      result.data === undefined ? findCoercionError(schema, document, { operationName, variables: variableValues ?? {} }) : null;
    return { ...result, errors: coercion ? [clientError(coercion)] : result.errors.map(explain) };
  }

  async function answer(args: ExecutionArgs): Promise<Answer> {
    try {
      return answerOf(await execute(args), args);
    } catch (error) {
      return { errors: [explain(error)] };
    }
  }

  return {
    schema,
    ...makeDocuments(deps),
    explain,
    execute: async (args) => refuse(args) ?? answer(args),
    async subscribe(args) {
      const refusal = refuse(args);
      if (refusal) return refusal;
      try {
        const source = await createSourceEventStream(args);
        if (!isStream(source)) return answerOf(source, args);
        return mapStream(source[Symbol.asyncIterator]() as AsyncIterator<unknown, undefined>, {
          onItem: (item) => answer({ ...args, rootValue: item }),
          onError: explain,
        });
      } catch (error) {
        return { errors: [explain(error)] };
      }
    },
  };
}

/** GraphQL tells of an argument that holds a variable of a wrong shape only when the field is executed. */
function codeOfFieldError({ message }: GraphQLError): 'BAD_USER_INPUT' | null {
  return /^Argument ".*" (has invalid value|of )/s.test(message) ? 'BAD_USER_INPUT' : null;
}

function isStream(source: AsyncIterable<unknown> | ExecutionResult): source is AsyncIterable<unknown> {
  return Symbol.asyncIterator in source;
}

/** `return()` goes through to `source` at once, also while a `next()` is pending. */
function mapStream(
  source: AsyncIterator<unknown, undefined>,
  { onItem, onError }: { onItem: (item: unknown) => Promise<Answer>; onError: (error: unknown) => GraphQLError },
): AnswerStream {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const item = await source.next();
        return item.done ? item : { done: false, value: await onItem(item.value) };
      } catch (error) {
        throw onError(error);
      }
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
