import type { ChangeListener, Signals, Topic } from '../ports/signals.js';
import { makeListeners } from './listeners.js';

export interface LocalSignals extends Signals {
  /** Wakes everybody: signals may have been lost. */
  notifyAll(): void;
}

/**
 * Signals within one process. `notify` wakes the topic's listeners before it returns, in the order in which they came; one that
 * leaves meanwhile is not woken any more, one that comes meanwhile waits for the next notify. `notifyChange` does so too.
 */
export function makeMemorySignals(): LocalSignals {
  const byTopic = makeListeners<Topic, () => void>();
  const byTenant = makeListeners<string, ChangeListener>();

  function notify(topic: Topic): void {
    byTopic.tell(topic, (wake) => wake());
  }

  return {
    notify,
    listen: byTopic.add,
    notifyChange: (change) => byTenant.tell(change.tenantId, (listener) => listener.changed(change)),
    listenChanges: byTenant.add,

    notifyAll() {
      for (const topic of byTopic.keys()) notify(topic);
      for (const tenantId of byTenant.keys()) byTenant.tell(tenantId, (listener) => listener.missed());
    },
  };
}
