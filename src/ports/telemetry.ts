import type { CancelAction } from '../domain/cancel-action.js';
import type { CronFireOutcome } from '../domain/cron.js';
import type { DeliveryOutcome } from '../domain/delivery.js';
import type { RunStatus } from '../domain/run.js';
import type { TtlStrategy } from '../domain/thread-ttl.js';

/** Everything the server says about itself: logs, metrics and tests are subscribers of this one table. */
export interface TelemetryEvents {
  'server.started': { url: string | null };
  'server.stopping': { reason: string };
  'run.created': { runId: string; threadId: string };
  'run.claimed': { runId: string; threadId: string; attempt: number };
  'run.settled': { runId: string; threadId: string; attempt: number; status: RunStatus };
  'run.cancelRequested': { runId: string; action: CancelAction };
  'run.leaseLost': { runId: string; attempt: number };
  'run.lost': { runId: string; lostCount: number; ended: boolean };
  'run.handedBack': { runId: string; attempt: number };
  'graph.stateUnreadable': { graphId: string; threadId: string; error: unknown };
  /** Why (a part of) its schemas are null. */
  'graph.schemaUnknown': { graphId: string; error: unknown };
  'thread.stateUpdated': { threadId: string; checkpointId: string };
  /** `latenessMs`: since it was due. A MISSED one stands for the fire times before it. */
  'cron.fired': { cronId: string; outcome: CronFireOutcome; runId: string | null; latenessMs: number };
  'delivery.failed': { deliveryId: string; runId: string; attempts: number; httpStatus: number | null; failure: string | null };
  'delivery.settled': {
    deliveryId: string;
    runId: string;
    attempts: number;
    outcome: DeliveryOutcome;
    httpStatus: number | null;
    failure: string | null;
  };
  'deliveries.swept': { count: number };
  /** Temporary threads have gone. */
  'threads.swept': { count: number };
  /** Threads had rested longer than their time to live. */
  'threads.expired': { count: number; strategy: TtlStrategy };
  'store.embeddingFailed': { error: unknown };
  'storeItems.swept': { count: number };
  'runs.swept': { count: number };
  'events.expired': { runCount: number };
  /** A live feed has begun: whatever changes from now on is told. */
  'feed.began': { feed: string };
  'loop.failed': { loop: string; error: unknown };
  'request.failed': { errorId: string; error: unknown };
  /** A promise that nobody awaited was rejected, in a graph most likely. */
  'promise.orphaned': { error: unknown };
}

export type TelemetryName = keyof TelemetryEvents;

export interface Telemetry {
  emit<Name extends TelemetryName>(name: Name, facts: TelemetryEvents[Name]): void;
  /** Until the returned function is called. */
  subscribe(listener: TelemetryListener): () => void;
}

export type TelemetryListener = <Name extends TelemetryName>(name: Name, facts: TelemetryEvents[Name]) => void;
