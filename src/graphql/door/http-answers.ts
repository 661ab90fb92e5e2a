import { GraphQLError } from 'graphql';
import type { Answer, Engine } from '../engine/engine.js';

/** Media types that a JSON answer fits. */
export const JSON_TYPES = ['application/graphql-response+json', 'application/json', 'application/*', '*/*'];

/** Whether the client named one of `types` as what it takes; without an `Accept` it takes anything. */
export function accepts(request: Request, types: readonly string[]): boolean {
  const asked = (request.headers.get('accept') || '*/*').split(',').map((range) => range.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  return asked.some((range) => types.includes(range));
}

/** What Yoga reads from an error, and takes out before it is sent. */
interface HttpExtension {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The status counts only where the media type gives it a meaning (application/graphql-response+json). */
  readonly spec?: boolean;
}

/** An answer without data gets a status: a fault of the exchange decides it, a fault of the document only where the media type says so. */
export function withHttpStatus(answer: Answer, { explain }: Engine): Answer {
  if (!answer.errors || answer.data !== undefined) return answer;
  const errors = answer.errors.map((error) => {
    const own = httpOf(error);
    const explained = explain(error);
    const isOfDocument = own === undefined || own.spec === true;
    const status = (isOfDocument ? undefined : own.status) ?? Number(explained.extensions['status']);
    return copyOf(explained, { status, http: { ...own, status, spec: isOfDocument && status < 500 } });
  });
  return { ...answer, errors };
}

/** The same answer for a transport that has no status. */
export function withoutHttpStatus(answer: Answer): Answer {
  return answer.errors ? { ...answer, errors: answer.errors.map((error) => copyOf(error, { http: undefined })) } : answer;
}

export function hasHttpError({ errors = [] }: Answer): boolean {
  return errors.some((error) => httpOf(error)?.spec === false);
}

/** An equal error that may be changed, with `more` in its extensions. */
export function copyOf(
  { message, nodes, source, positions, path, extensions }: GraphQLError,
  more: Record<string, unknown> = {},
): GraphQLError {
  const place = { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
  return new GraphQLError(message, { ...place, extensions: { ...extensions, ...more } });
}

function httpOf({ extensions }: GraphQLError): HttpExtension | undefined {
  return extensions['http'];
}
