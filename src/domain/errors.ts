/** Every value that `errors[].extensions.code` can take; the same list stands in the GraphQL schema. */
export const ERROR_CODES = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'REQUEST_ENTITY_TOO_LARGE',
  'BAD_USER_INPUT',
  'OPERATION_TOO_COMPLEX',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'ASSISTANT_NOT_FOUND',
  'GRAPH_NOT_FOUND',
  'THREAD_NOT_FOUND',
  'RUN_NOT_FOUND',
  'CRON_NOT_FOUND',
  'CHECKPOINT_NOT_FOUND',
  'STORE_ITEM_NOT_FOUND',
  'ALREADY_EXISTS',
  'THREAD_BUSY',
  'RUN_ACTIVE',
  'RUN_NOT_CANCELLABLE',
  'CHECKPOINT_CONFLICT',
  'INVALID_CRON_SCHEDULE',
  'INVALID_STATE_UPDATE',
  'EVENT_CURSOR_INVALID',
  'EVENT_CURSOR_EXPIRED',
  'SLOW_CONSUMER',
  'TOO_MANY_SUBSCRIPTIONS',
  'RATE_LIMITED',
  'SERVER_SHUTTING_DOWN',
  'INTERNAL_SERVER_ERROR',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One fault in what a client sent: where (`['input', 'metadata']`) and what. */
export interface InputIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a client may know beside code and message, e.g. `{ activeRunId }`. */
export type ErrorFacts = Readonly<Record<string, unknown>>;

/**
 * An error that a client is meant to see. The message names the thing, the fact and the way out.
 * Anything else that is thrown reaches clients masked, as INTERNAL_SERVER_ERROR.
 */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly facts: ErrorFacts = {},
  ) {
    super(message);
  }
}

/** A fault in the input, one or several; each issue says where. */
export function badUserInput(message: string, issues: readonly InputIssue[] = []): AppError {
  return new AppError('BAD_USER_INPUT', message, { issues });
}

const NOUN_CODES = {
  Assistant: 'ASSISTANT_NOT_FOUND',
  Graph: 'GRAPH_NOT_FOUND',
  Thread: 'THREAD_NOT_FOUND',
  Run: 'RUN_NOT_FOUND',
  Checkpoint: 'CHECKPOINT_NOT_FOUND',
  Cron: 'CRON_NOT_FOUND',
  StoreItem: 'STORE_ITEM_NOT_FOUND',
} as const satisfies Record<string, ErrorCode>;

/** `notFound('Thread', id)` → THREAD_NOT_FOUND with the id in it. */
export function notFound(noun: keyof typeof NOUN_CODES, id: string): AppError {
  return new AppError(NOUN_CODES[noun], `${noun} ${id} does not exist.`, { id });
}

/** A write quoted a fence that no longer holds: another worker has taken the run since. Never reaches a client. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(
    readonly runId: string,
    readonly attempt: number,
  ) {
    super(`Run ${runId} is no longer held by attempt ${attempt}.`);
  }
}

/** The database did not do what it does every day: it was restarted, cut off, overloaded. No fault of a run; the work is done again. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';

  constructor(cause: unknown) {
    super(`The database did not answer as it should: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A fault in how the server was started or configured: printed as it is, without a stack, then exit code 1. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
