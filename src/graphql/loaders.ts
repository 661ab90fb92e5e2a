import DataLoader from 'dataloader';
import type { Assistant } from '../domain/assistant.js';
import type { Cron } from '../domain/cron.js';
import type { Interrupt } from '../domain/interrupt.js';
import type { Run } from '../domain/run.js';
import type { StoreItem } from '../domain/store-item.js';
import type { Thread, ThreadSnapshot, ThreadStorage } from '../domain/thread.js';
import { findAssistantsByIds } from '../services/assistants/read-assistants.js';
import type { Caller } from '../services/caller.js';
import { findCronsByIds } from '../services/crons/read-crons.js';
import { findRunPayloads, findRunsByIds } from '../services/runs/read-runs.js';
import { findStoreItemsByIds } from '../services/store/read-store-items.js';
import {
  findActiveRuns,
  findPendingInterrupts,
  findThreadsByIds,
  findThreadSnapshots,
  findThreadStorage,
} from '../services/threads/read-threads.js';

/** Everything that hangs on something else by id; null when there is no such row. */
export interface Loaders {
  readonly assistant: ById<Assistant>;
  readonly thread: ById<Thread>;
  readonly threadSnapshot: ById<ThreadSnapshot>;
  readonly pendingInterrupts: ById<readonly Interrupt[]>;
  readonly activeRun: ById<Run>;
  readonly threadStorage: ById<ThreadStorage>;
  readonly run: ById<Run>;
  readonly runPayload: ById<RunPayload>;
  readonly cron: ById<Cron>;
  readonly storeItem: ById<StoreItem>;
}

/** What stands beside a run's row: its creation arguments and its output. */
export type RunPayload = Awaited<ReturnType<typeof findRunPayloads>> extends ReadonlyMap<string, infer Payload> ? Payload : never;

type ById<Found> = DataLoader<string, Found | null>;

/**
 * One query per loader and level of the answer, however many nodes ask.
 * They batch but do not remember: a subscription lives for hours, and a mutation must see what the one before it did.
 */
export function makeLoaders(caller: Caller): Loaders {
  return {
    assistant: byId((ids) => findAssistantsByIds(caller, ids)),
    thread: byId((ids) => findThreadsByIds(caller, ids)),
    threadSnapshot: byId((ids) => findThreadSnapshots(caller, ids)),
    pendingInterrupts: byId((ids) => findPendingInterrupts(caller, ids)),
    activeRun: byId((ids) => findActiveRuns(caller, ids)),
    threadStorage: byId((ids) => findThreadStorage(caller, ids)),
    run: byId((ids) => findRunsByIds(caller, ids)),
    runPayload: byId((ids) => findRunPayloads(caller, ids)),
    cron: byId((ids) => findCronsByIds(caller, ids)),
    storeItem: byId((ids) => findStoreItemsByIds(caller, ids)),
  };
}

function byId<Found>(find: (ids: readonly string[]) => Promise<ReadonlyMap<string, Found>>): ById<Found> {
  return new DataLoader<string, Found | null>(
    async (ids) => {
      const found = await find([...new Set(ids)]);
      return ids.map((id) => found.get(id.toLowerCase()) ?? null);
    },
    { cache: false },
  );
}
