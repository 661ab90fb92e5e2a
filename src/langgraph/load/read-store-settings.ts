import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';
import { DEFAULT_STORE_SETTINGS, type StoreSettings } from '../../domain/store-settings.js';
import { readMinutes, SWEEP_MINUTES_MAX, TTL_MINUTES_MAX } from './read-minutes.js';

/** Reads `store` of langgraph.json; what is wrong with it is added to `faults`. */
export function readStoreSettings(store: Json | undefined, faults: string[]): StoreSettings {
  if (store === undefined || store === null) return DEFAULT_STORE_SETTINGS;
  if (!isJsonObject(store)) {
    faults.push('`store`: must be an object, such as { "ttl": { "default_ttl": 1440 } }.');
    return DEFAULT_STORE_SETTINGS;
  }
  const ttl = store['ttl'] ?? {};
  if (!isJsonObject(ttl)) {
    faults.push('`store.ttl`: must be an object, such as { "default_ttl": 1440, "refresh_on_read": true, "sweep_interval_minutes": 5 }.');
    return DEFAULT_STORE_SETTINGS;
  }
  return {
    defaultTtlMinutes: readMinutes(ttl['default_ttl'], 'store.ttl.default_ttl', { max: TTL_MINUTES_MAX, faults }),
    refreshOnRead: readBoolean(ttl, 'refresh_on_read', faults) ?? DEFAULT_STORE_SETTINGS.refreshOnRead,
    sweepEveryMinutes:
      readMinutes(ttl['sweep_interval_minutes'], 'store.ttl.sweep_interval_minutes', { max: SWEEP_MINUTES_MAX, faults }) ??
      DEFAULT_STORE_SETTINGS.sweepEveryMinutes,
  };
}

function readBoolean(ttl: JsonObject, key: string, faults: string[]): boolean | null {
  const value = ttl[key] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  faults.push(`\`store.ttl.${key}\`: is ${JSON.stringify(value)}; it must be true or false.`);
  return null;
}
