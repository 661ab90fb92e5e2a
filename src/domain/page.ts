import { badUserInput, type InputIssue } from './errors.js';

/** GraphQL's connection arguments: forward from `after`, or backward from `before`. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** How long a page may be. */
export interface PageBounds {
  readonly defaultSize: number;
  readonly maxSize: number;
}

export const LIST_PAGE: PageBounds = { defaultSize: 20, maxSize: 100 };
export const STATE_PAGE: PageBounds = { defaultSize: 10, maxSize: 100 };
export const NAMESPACE_PAGE: PageBounds = { defaultSize: 100, maxSize: 1_000 };
export const EVENT_PAGE: PageBounds = { defaultSize: 200, maxSize: 1_000 };

/** A checked page request: `limit` rows after (or, backward, before) the row that `cursor` names. */
export interface PageRequest {
  readonly direction: 'forward' | 'backward';
  readonly limit: number;
  readonly cursor: string | null;
}

/** A page in list order. `countAll` costs a query of its own. */
export interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  countAll(): Promise<number>;
}

/** Checks connection arguments; BAD_USER_INPUT names each fault. */
export function decidePage(given: PageArguments, bounds: PageBounds): PageRequest {
  const issues: InputIssue[] = [];
  for (const key of ['first', 'last'] as const) {
    const size = given[key];
    if (size == null) continue;
    if (size < 0) issues.push({ path: [key], message: 'must not be negative' });
    if (size > bounds.maxSize) issues.push({ path: [key], message: `must be at most ${bounds.maxSize}; page with the cursors instead` });
  }
  if (given.first != null && given.last != null) issues.push({ path: ['last'], message: 'cannot be combined with `first`' });
  if (given.after != null && given.before != null) issues.push({ path: ['before'], message: 'cannot be combined with `after`' });
  if (given.first != null && given.before != null) issues.push({ path: ['before'], message: 'goes with `last`, not with `first`' });
  if (given.last != null && given.after != null) issues.push({ path: ['after'], message: 'goes with `first`, not with `last`' });
  if (issues.length > 0)
    throw badUserInput(
      `The page arguments are not valid: ${issues.map(({ path, message }) => `\`${path.join('.')}\` ${message}`).join('; ')}.`,
      issues,
    );

  const backward = given.last != null || given.before != null;
  return {
    direction: backward ? 'backward' : 'forward',
    limit: (backward ? given.last : given.first) ?? bounds.defaultSize,
    cursor: (backward ? given.before : given.after) ?? null,
  };
}
