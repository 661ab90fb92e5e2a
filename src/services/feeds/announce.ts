import type { ItemPlace } from '../../domain/store-item.js';
import type { Signals } from '../../ports/signals.js';
import type { Tenant } from '../../store/tenant.js';

/** What a use case has committed on one thread. */
export interface Committed extends Tenant {
  readonly threadId: string;
  /** The thread's own row is new, another than before, or gone. */
  readonly threadChanged: boolean;
  /** Runs that are new, have another status than before, or are gone. */
  readonly runIds: readonly string[];
}

/**
 * Wakes who follows the thread's log, and who watches the tenant's threads or runs. Call it after every commit that changes one of them.
 * A process that dies between the two has announced nothing: tails and feeds look again by themselves.
 */
export function announce({ signals }: { signals: Signals }, { tenantId, threadId, threadChanged, runIds }: Committed): void {
  signals.notify(`thread:${threadId}`);
  if (threadChanged) signals.notifyChange({ tenantId, noun: 'thread', id: threadId, threadId });
  for (const id of runIds) signals.notifyChange({ tenantId, noun: 'run', id, threadId });
}

/** A store item that is new, another than before, or gone. */
export interface ChangedItem extends Tenant, ItemPlace {
  readonly id: string;
}

/** Wakes who watches the tenant's store. Call it after every commit that changes items; nobody is told that somebody has read one. */
export function announceItem({ signals }: { signals: Signals }, { tenantId, id, namespace, key }: ChangedItem): void {
  signals.notifyChange({ tenantId, noun: 'storeItem', id, namespace, key });
}
