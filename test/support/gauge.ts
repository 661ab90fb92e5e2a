import type { Signals, Topic } from '../../src/ports/signals.js';
import type { LogTails } from '../../src/services/log/log-tails.js';

/** A number that goes up and down, and can be waited for. */
export interface Gauge {
  change(by: number): void;
  /** Resolves when it stands at `value`. */
  reached(value: number): Promise<void>;
}

export function makeGauge(): Gauge {
  let value = 0;
  const looks = new Set<() => void>();
  return {
    change(by) {
      value += by;
      looks.forEach((look) => look());
    },
    reached: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (value !== wanted) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      }),
  };
}

/** The same signals, and how many listen to `topic` through them. */
export function gaugeListeners(signals: Signals, topic: Topic): { signals: Signals; listeners: Gauge } {
  const listeners = makeGauge();
  return {
    listeners,
    signals: {
      ...signals,
      listen(about, wake) {
        const unlisten = signals.listen(about, wake);
        if (about !== topic) return unlisten;
        listeners.change(1);
        return () => {
          unlisten();
          listeners.change(-1);
        };
      },
    },
  };
}

/** The same signals, and how many listen to changes through them. */
export function gaugeChangeListeners(signals: Signals): { signals: Signals; listeners: Gauge } {
  const listeners = makeGauge();
  return {
    listeners,
    signals: {
      ...signals,
      listenChanges(tenantId, listener) {
        const unlisten = signals.listenChanges(tenantId, listener);
        listeners.change(1);
        return () => {
          unlisten();
          listeners.change(-1);
        };
      },
    },
  };
}

/** The same tails, and how many subscribers have joined through them and not left. */
export function gaugeSubscribers(tails: LogTails): { tails: LogTails; subscribers: Gauge } {
  const subscribers = makeGauge();
  return {
    subscribers,
    tails: {
      join(threadId) {
        const tail = tails.join(threadId);
        subscribers.change(1);
        return new Proxy(tail, {
          get(target, name) {
            const found: unknown = Reflect.get(target, name, target);
            if (name !== 'leave') return found;
            return () => {
              target.leave();
              subscribers.change(-1);
            };
          },
        });
      },
    },
  };
}
