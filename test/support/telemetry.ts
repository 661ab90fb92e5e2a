import type { Telemetry, TelemetryEvents, TelemetryName } from '../../src/ports/telemetry.js';

/** Resolves with the facts of the next event of that name that satisfies `predicate`; call it before what causes the event. */
export function waitForEvent<Name extends TelemetryName>(
  telemetry: Telemetry,
  name: Name,
  predicate: (facts: TelemetryEvents[Name]) => boolean = () => true,
): Promise<TelemetryEvents[Name]> {
  return new Promise((resolve) => {
    const unsubscribe = telemetry.subscribe((emitted: TelemetryName, given) => {
      if (emitted !== name) return;
      // The compiler does not see that equal names mean equal facts.
      const facts = given as unknown as TelemetryEvents[Name];
      if (!predicate(facts)) return;
      unsubscribe();
      resolve(facts);
    });
  });
}
