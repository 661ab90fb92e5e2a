import { isJsonObject, type Json, type JsonObject } from '../domain/json.js';
import { DEFAULT_STORE_SETTINGS, type StoreSettings } from '../domain/store-settings.js';

/** Reads `store` of langgraph.json; what is wrong with it is added to `faults`. */
export function readStoreSettings(store: Json | undefined, faults: string[]): StoreSettings {
  if (store === undefined || store === null) return DEFAULT_STORE_SETTINGS;
  if (!isJsonObject(store)) {
    faults.push('`store`: must be an object, such as { "ttl": { "default_ttl": 1440 } }.');
    return DEFAULT_STORE_SETTINGS;
  }
  const ttl = store['ttl'] ?? {};
  if (!isJsonObject(ttl)) {
    faults.push('store.ttl: must be an object, such as { "default_ttl": 1440, "refresh_on_read": true, "sweep_interval_minutes": 5 }.');
    return DEFAULT_STORE_SETTINGS;
  }
  return {
    defaultTtlMinutes: readMinutes(ttl, 'default_ttl', { max: YEARS_MINUTES, faults }),
    refreshOnRead: readBoolean(ttl, 'refresh_on_read', faults) ?? DEFAULT_STORE_SETTINGS.refreshOnRead,
    sweepEveryMinutes:
      readMinutes(ttl, 'sweep_interval_minutes', { max: WEEK_MINUTES, faults }) ?? DEFAULT_STORE_SETTINGS.sweepEveryMinutes,
  };
}

const WEEK_MINUTES = 7 * 24 * 60;
const YEARS_MINUTES = 100 * 365 * 24 * 60;

function readMinutes(ttl: JsonObject, key: string, { max, faults }: { max: number; faults: string[] }): number | null {
  const minutes = ttl[key] ?? null;
  if (minutes === null || (typeof minutes === 'number' && minutes > 0 && minutes <= max)) return minutes;
  faults.push(`store.ttl.${key}: is ${JSON.stringify(minutes)}; it must be a number of minutes, more than 0 and at most ${max}.`);
  return null;
}

function readBoolean(ttl: JsonObject, key: string, faults: string[]): boolean | null {
  const value = ttl[key] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  faults.push(`store.ttl.${key}: is ${JSON.stringify(value)}; it must be true or false.`);
  return null;
}
