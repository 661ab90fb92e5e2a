import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

/** The server refused an operation, and told why. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    message: string,
    readonly codes: readonly string[],
  ) {
    super(message);
  }
}

/** Sends one operation over HTTP and gives its data. @throws Refused */
export async function request<Data, Variables>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors = [] } = (await response.json()) as Answer<Data>;
  if (data && errors.length === 0) return data;
  const message = errors.map((error) => error.message).join('\n') || `HTTP ${response.status}`;
  throw new Refused(
    message,
    errors.map(({ extensions }) => extensions?.code ?? ''),
  );
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

export function must<Value>(value: Value | null | undefined): Value {
  if (value == null) throw new Error('The server answered without what was asked for.');
  return value;
}
