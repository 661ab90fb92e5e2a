/** The clocks on the walls of an IANA time zone. A wall time is a `Date` whose UTC parts are what the clocks show. */
export interface WallClock {
  wallTimeOf(instant: Date): Date;
  /** The first instant at which the clocks show a time; where they go forward past it, the first instant after that gap. */
  firstInstantOf(wallTime: Date): Date;
}

const MINUTE_MS = 60_000;
/** Clocks change at most once within two days. */
const DAY_MS = 24 * 60 * MINUTE_MS;

export function makeWallClock(timezone: string): WallClock {
  const format = new Intl.DateTimeFormat('en', {
    ...({ timeZone: timezone, hourCycle: 'h23', calendar: 'iso8601', numberingSystem: 'latn' } as const),
    ...({ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
  });

  function wallTimeOf(instant: Date): Date {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return new Date(shown + instant.getUTCMilliseconds());
  }

  const offsetAt = (at: number): number => wallTimeOf(new Date(at)).getTime() - at;

  return {
    wallTimeOf,
    firstInstantOf(wallTime) {
      const shown = wallTime.getTime();
      const [before, after] = [offsetAt(shown - DAY_MS), offsetAt(shown + DAY_MS)];
      const first = shown - before;
      if (before === after || offsetAt(first) === before) return new Date(first);
      const second = shown - after;
      if (offsetAt(second) === after) return new Date(second);
      // In the gap: the clocks had not yet gone forward at `second`, and had at `first`.
      let [early, late] = [second, first];
      while (late - early > 1) {
        const middle = Math.floor((early + late) / 2);
        if (offsetAt(middle) === before) early = middle;
        else late = middle;
      }
      return new Date(late);
    },
  };
}
