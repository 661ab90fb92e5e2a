import { GraphQLError, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema, type Source } from 'graphql';
import type { ErrorCode } from '../../domain/errors.js';
import type { Telemetry } from '../../ports/telemetry.js';
import { StorableLiteralsRule } from './check-literals.js';
import { clientError, toClientError } from './client-errors.js';
import type { Limits } from './limits.js';
import { tooComplex } from './operation-cost.js';

/** A document that was read once: what came of it is remembered. */
type Reading = { readonly document: DocumentNode; readonly faults: readonly GraphQLError[] } | { readonly error: GraphQLError };

/** Parses and validates documents, for every transport. */
export interface Documents {
  /** @throws GRAPHQL_PARSE_FAILED, OPERATION_TOO_COMPLEX, as clients see them */
  parse(source: string | Source): DocumentNode;
  /** GRAPHQL_VALIDATION_FAILED or BAD_USER_INPUT, as clients see them; empty when `document` is valid. */
  validate(document: DocumentNode): readonly GraphQLError[];
}

/** The least recently used go first. Texts longer than that are read each time. */
const REMEMBERED = 500;
const REMEMBERED_MAX_LENGTH = 20_000;
const FAULTS_MAX = 20;

export function makeDocuments({ schema, limits, telemetry }: { schema: GraphQLSchema; limits: Limits; telemetry: Telemetry }): Documents {
  const readings = new Map<string, Reading>();
  const faultsOf = new WeakMap<DocumentNode, readonly GraphQLError[]>();

  function recall(text: string): Reading {
    const reading = readings.get(text) ?? read(text);
    readings.delete(text);
    if (text.length <= REMEMBERED_MAX_LENGTH) readings.set(text, reading);
    const [oldest] = readings.keys();
    if (readings.size > REMEMBERED && oldest !== undefined) readings.delete(oldest);
    return reading;
  }

  function read(text: string): Reading {
    try {
      const document = parse(text, { maxTokens: limits.tokensMax });
      return { document, faults: check(document) };
    } catch (error) {
      return { error: explain(error, 'GRAPHQL_PARSE_FAILED') };
    }
  }

  function check(document: DocumentNode): readonly GraphQLError[] {
    const faults = validate(schema, document, [...specifiedRules, StorableLiteralsRule], { maxErrors: FAULTS_MAX });
    return faults.map((fault) => explain(fault, 'GRAPHQL_VALIDATION_FAILED'));
  }

  function explain(error: unknown, code: ErrorCode): GraphQLError {
    if (error instanceof GraphQLError && error.message.includes(`${limits.tokensMax} tokens. Parsing aborted`)) {
      return clientError(tooComplex(`has more than ${limits.tokensMax} tokens. Pass data as variables, or split it`), error);
    }
    if (error instanceof RangeError) return clientError(tooComplex('is nested too deeply'));
    return toClientError(error, { telemetry, codeOf: () => code });
  }

  return {
    parse(source) {
      const reading = recall(typeof source === 'string' ? source : source.body);
      if ('error' in reading) throw reading.error;
      faultsOf.set(reading.document, reading.faults);
      return reading.document;
    },
    validate: (document) => faultsOf.get(document) ?? check(document),
  };
}
