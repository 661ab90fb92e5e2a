import type { IncomingMessage, ServerResponse } from 'node:http';

/** Whether a browser page may use the door: pages of the same origin and of `allowed` ones may, and whoever is no browser (no `Origin`). */
export function isOriginAllowed({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return allowed.includes(origin) || isSameOrigin(origin, host);
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  try {
    return host !== undefined && new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}

/**
 * The CORS headers for an allowed origin; none for any other, so that its pages cannot read an answer. Without credentials: there are
 * no cookies.
 */
export function setCorsHeaders({ headers }: IncomingMessage, response: ServerResponse, allowed: readonly string[]): void {
  if (allowed.length === 0) return;
  response.setHeader('Vary', 'Origin');
  const { origin } = headers;
  if (origin === undefined || !allowed.includes(origin)) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  response.setHeader('Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? 'content-type');
  response.setHeader('Access-Control-Max-Age', '600');
}
