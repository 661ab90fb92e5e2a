import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { AppError, ERROR_CODES, type ErrorCode } from '../../domain/errors.js';
import type { Telemetry } from '../../ports/telemetry.js';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_REQUEST: 400,
  OPERATION_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  ASSISTANT_NOT_FOUND: 404,
  GRAPH_NOT_FOUND: 404,
  THREAD_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  CRON_NOT_FOUND: 404,
  CHECKPOINT_NOT_FOUND: 404,
  STORE_ITEM_NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  THREAD_BUSY: 409,
  RUN_ACTIVE: 409,
  RUN_NOT_CANCELLABLE: 409,
  CHECKPOINT_CONFLICT: 409,
  EVENT_CURSOR_EXPIRED: 410,
  REQUEST_ENTITY_TOO_LARGE: 413,
  BAD_USER_INPUT: 422,
  INVALID_CRON_SCHEDULE: 422,
  INVALID_STATE_UPDATE: 422,
  EVENT_CURSOR_INVALID: 422,
  SLOW_CONSUMER: 429,
  TOO_MANY_SUBSCRIPTIONS: 429,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVER_SHUTTING_DOWN: 503,
};

/** The same request, unchanged, may succeed later. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'THREAD_BUSY',
  'RUN_ACTIVE',
  'SLOW_CONSUMER',
  'TOO_MANY_SUBSCRIPTIONS',
  'RATE_LIMITED',
  'SERVER_SHUTTING_DOWN',
]);

/** How an AppError leaves the house: `extensions` are `{ code, status, retryable, …facts }`. `at` says where in the document or the answer. */
export function clientError({ code, message, facts }: AppError, at?: GraphQLError): GraphQLError {
  const extensions = { ...facts, code, status: STATUS[code], retryable: RETRYABLE.has(code) };
  return new GraphQLError(message, { ...(at && placeOf(at)), extensions });
}

/**
 * Anything that was thrown, as a client may see it: AppErrors by their code, GraphQL's own by `codeOf`, and everything else masked, with
 * an `errorId` under which telemetry knows the cause. Errors that are already as clients see them stay as they are.
 */
export function toClientError(
  thrown: unknown,
  { telemetry, codeOf }: { telemetry: Telemetry; codeOf?: (error: GraphQLError) => ErrorCode | null },
): GraphQLError {
  const at = thrown instanceof GraphQLError ? thrown : undefined;
  const cause = causeOf(thrown);
  if (cause instanceof AppError) return clientError(cause, at);
  if (cause instanceof GraphQLError) {
    if (isClientError(cause)) return cause;
    const code = knownCode(cause) ?? codeOf?.(cause) ?? null;
    if (code) return clientError(new AppError(code, cause.message), at);
  }
  const errorId = randomUUID();
  telemetry.emit('request.failed', { errorId, error: cause });
  return clientError(
    new AppError('INTERNAL_SERVER_ERROR', `Something went wrong in the server. Its log tells more under errorId ${errorId}.`, { errorId }),
    at,
  );
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof GraphQLError && thrown.originalError ? causeOf(thrown.originalError) : thrown;
}

function isClientError({ extensions }: GraphQLError): boolean {
  return typeof extensions['retryable'] === 'boolean' && typeof extensions['status'] === 'number';
}

function knownCode({ extensions }: GraphQLError): ErrorCode | null {
  return ERROR_CODES.find((code) => code === extensions['code']) ?? null;
}

function placeOf({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
}
