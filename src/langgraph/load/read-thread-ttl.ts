import { isJsonObject } from '../../domain/json.js';
import { DEFAULT_THREAD_TTL, type ThreadTtl, TTL_STRATEGIES, type TtlStrategy } from '../../domain/thread-ttl.js';
import { readMinutes, SWEEP_MINUTES_MAX, TTL_MINUTES_MAX } from './read-minutes.js';

/** Reads `checkpointer.ttl` of langgraph.json; what is wrong with it goes into `faults`, all of it at once. */
export function readThreadTtl(checkpointer: unknown, faults: string[]): ThreadTtl {
  if (checkpointer === undefined || checkpointer === null) return DEFAULT_THREAD_TTL;
  if (!isJsonObject(checkpointer)) {
    faults.push(`\`checkpointer\`: must be an object, such as { "ttl": ${EXAMPLE} }.`);
    return DEFAULT_THREAD_TTL;
  }
  const ttl = checkpointer['ttl'];
  if (ttl === undefined || ttl === null) return DEFAULT_THREAD_TTL;
  if (!isJsonObject(ttl)) {
    faults.push(`\`checkpointer.ttl\`: must be an object, such as ${EXAMPLE}.`);
    return DEFAULT_THREAD_TTL;
  }
  for (const key of Object.keys(ttl).filter((name) => !KEYS.has(name))) {
    faults.push(`\`checkpointer.ttl.${key}\`: is not a key of it. There are ${[...KEYS].join(', ')}.`);
  }
  return {
    strategy: readStrategy(ttl['strategy'], faults),
    defaultMinutes:
      readMinutes(ttl['default_ttl'], 'checkpointer.ttl.default_ttl', { max: TTL_MINUTES_MAX, faults }) ??
      DEFAULT_THREAD_TTL.defaultMinutes,
    sweepEveryMinutes:
      readMinutes(ttl['sweep_interval_minutes'], 'checkpointer.ttl.sweep_interval_minutes', { max: SWEEP_MINUTES_MAX, faults }) ??
      DEFAULT_THREAD_TTL.sweepEveryMinutes,
  };
}

const KEYS: ReadonlySet<string> = new Set(['strategy', 'default_ttl', 'sweep_interval_minutes']);
const EXAMPLE = '{ "strategy": "delete", "default_ttl": 43200, "sweep_interval_minutes": 60 }';

function readStrategy(given: unknown, faults: string[]): TtlStrategy {
  if (given === undefined || given === null) return DEFAULT_THREAD_TTL.strategy;
  const strategy = TTL_STRATEGIES.find((known) => known === given);
  if (strategy === undefined) {
    faults.push(`\`checkpointer.ttl.strategy\`: is ${JSON.stringify(given)}; it must be one of ${TTL_STRATEGIES.join(', ')}.`);
  }
  return strategy ?? DEFAULT_THREAD_TTL.strategy;
}
