import type { InputIssue } from './errors.js';
import type { JsonObject } from './json.js';

/** How a graph is called: an assistant, a thread and a run each hold one. `recursionLimit` counts supersteps; null means the default (25). */
export interface RunConfig {
  readonly tags: readonly string[];
  readonly recursionLimit: number | null;
  readonly configurable: JsonObject;
}

export const EMPTY_RUN_CONFIG: RunConfig = { tags: [], recursionLimit: null, configurable: {} };

/** As a client sends it: absent and null mean empty. */
export interface GivenRunConfig {
  readonly tags?: readonly string[] | null;
  readonly recursionLimit?: number | null;
  readonly configurable?: JsonObject | null;
}

const RECURSION_LIMIT_MAX = 10_000;

/** What is wrong with a config that stands at `path`. */
export function findRunConfigIssues(given: GivenRunConfig | null | undefined, path: readonly (string | number)[]): InputIssue[] {
  const limit = given?.recursionLimit;
  if (limit == null || (limit >= 1 && limit <= RECURSION_LIMIT_MAX)) return [];
  return [{ path: [...path, 'recursionLimit'], message: `must be from 1 to ${RECURSION_LIMIT_MAX}` }];
}

/** The config with every default applied. */
export function decideRunConfig(given: GivenRunConfig | null | undefined): RunConfig {
  return {
    tags: given?.tags ?? EMPTY_RUN_CONFIG.tags,
    recursionLimit: given?.recursionLimit ?? null,
    configurable: given?.configurable ?? {},
  };
}

/** Later configs win: `configurable` merges key by key, tags are joined without repeats, the last recursion limit given counts. */
export function mergeRunConfigs(...configs: readonly RunConfig[]): RunConfig {
  return configs.reduce(
    (merged, config) => ({
      tags: [...new Set([...merged.tags, ...config.tags])],
      recursionLimit: config.recursionLimit ?? merged.recursionLimit,
      configurable: { ...merged.configurable, ...config.configurable },
    }),
    EMPTY_RUN_CONFIG,
  );
}
