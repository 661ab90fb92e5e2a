import { inspect } from 'node:util';
import type { Telemetry, TelemetryListener } from '../ports/telemetry.js';

/**
 * Hands each event to every subscriber before `emit` returns. What a subscriber throws becomes a process warning; the emitter and the
 * other subscribers go on.
 */
export function makeTelemetry(): Telemetry {
  const listeners = new Set<{ readonly listener: TelemetryListener }>();

  return {
    emit(name, facts) {
      for (const { listener } of [...listeners]) {
        try {
          listener(name, facts);
        } catch (error) {
          process.emitWarning(`A telemetry listener failed on ${name}: ${inspect(error)}`);
        }
      }
    },

    subscribe(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
