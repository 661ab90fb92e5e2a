import type { StoreSettings } from '../domain/store-settings.js';
import type { Clock } from '../ports/clock.js';
import type { GraphDescriptions } from '../ports/graph-descriptions.js';
import type { Graphs } from '../ports/graphs.js';
import type { Signals } from '../ports/signals.js';
import type { StoreIndex } from '../ports/store-index.js';
import type { Telemetry } from '../ports/telemetry.js';
import type { Webhooks } from '../ports/webhooks.js';
import type { Database } from '../store/database/database.js';
import type { Tenant } from '../store/tenant.js';
import type { LogTails } from './log/log-tails.js';

/** What every use case works with; one for the whole process. */
export interface Deps {
  readonly database: Database;
  readonly graphs: Graphs;
  readonly descriptions: GraphDescriptions;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly tails: LogTails;
  readonly webhooks: Webhooks;
  /** How long threads may rest that are created without a time to live of their own; null: for ever. */
  readonly defaultTtlMinutes: number | null;
  readonly storeSettings: StoreSettings;
  /** null: items are not searched by meaning. */
  readonly storeIndex: StoreIndex | null;
  /** Runs that this process executes at once; 0 when it has no executor. */
  readonly runSlots: number;
}

/** On whose behalf a use case runs: the tenant scopes everything it reads and writes. */
export interface Caller extends Deps, Tenant {}

/** What the store works with: clients reach it as callers, graphs on their run's behalf. */
export interface StoreCaller extends Pick<Deps, 'database' | 'signals' | 'telemetry' | 'storeSettings' | 'storeIndex'>, Tenant {}
