import { badUserInput } from './errors.js';

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID_PATTERN.test(text);
}

/** The id in lower case; BAD_USER_INPUT when it is no UUID. `path` says where it stood in the input. */
export function requireUuid(text: string, path: readonly (string | number)[]): string {
  if (isUuid(text)) return text.toLowerCase();
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw badUserInput(`\`${path.join('.')}\` must be a UUID, but is "${shown}".`, [{ path, message: 'must be a UUID' }]);
}
