import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import { AppError, type ErrorCode } from '../../domain/errors.js';
import { isJsonObject } from '../../domain/json.js';

/** The GraphQL parameters of a POST. 413 beyond `maxBytes`, 400 when it is no JSON in UTF-8, 415 for any other media type. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<GraphQLParams> {
  requireJson(request);
  const params = parseJson(await readText(request, maxBytes), 'The request body');
  if (isJsonObject(params)) return params as GraphQLParams;
  throw httpError(
    400,
    'BAD_REQUEST',
    'The request body must be one operation: an object with `query`, and perhaps `variables` and `operationName`.',
  );
}

/** The GraphQL parameters of a GET. */
export function readQueryString(url: string): GraphQLParams {
  const { searchParams } = new URL(url, 'http://localhost');
  const json = (name: string): Record<string, unknown> | undefined => {
    const text = searchParams.get(name);
    return text ? (parseJson(text, `The parameter \`${name}\``) as Record<string, unknown>) : undefined;
  };
  const params = { query: searchParams.get('query') ?? undefined, operationName: searchParams.get('operationName') ?? undefined };
  return { ...params, variables: json('variables'), extensions: json('extensions') } as GraphQLParams;
}

/** An error of the HTTP exchange itself, which decides the status of the response whatever media type is asked for. */
export function httpError(status: number, code: ErrorCode, message: string, headers: Record<string, string> = {}): GraphQLError {
  return new GraphQLError(message, { originalError: new AppError(code, message), extensions: { code, http: { status, headers } } });
}

// Only JSON: browsers send it to another site only after that site has allowed it, so no page can make its visitors' browsers call us.
function requireJson({ headers }: IncomingMessage): void {
  const [type, ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type !== 'application/json' && type !== 'application/graphql+json') {
    throw httpError(
      415,
      'BAD_REQUEST',
      `A POST must carry \`content-type: application/json\`, but carries ${type ? `"${type}"` : 'none'}.`,
    );
  }
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw httpError(415, 'BAD_REQUEST', `The request body must be UTF-8, but its charset is "${charset}".`);
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw httpError(415, 'BAD_REQUEST', `The request body must not be compressed, but its encoding is "${encoding}".`);
  }
}

function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void => {
      // What is still on its way is thrown away, so that the client can finish sending and read the answer.
      request.removeAllListeners('data');
      request.resume();
      reject(httpError(413, 'REQUEST_ENTITY_TOO_LARGE', `The request body is larger than ${maxBytes} bytes.`));
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge();

    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) tooLarge();
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(decode(Buffer.concat(chunks), reject)));
    request.once('error', reject);
    request.once('close', () => reject(httpError(400, 'BAD_REQUEST', 'The request ended before its body was complete.')));
  });
}

function decode(bytes: Buffer, reject: (error: GraphQLError) => void): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    reject(httpError(400, 'BAD_REQUEST', 'The request body is not valid UTF-8.'));
    return '';
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw httpError(400, 'BAD_REQUEST', `${what} is not valid JSON.`);
  }
}
