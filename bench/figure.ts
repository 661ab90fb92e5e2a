/** One measured number: the middle of all its rounds or samples, with the extremes beside it. */
export interface Figure {
  /** The row of the table. */
  readonly work: string;
  readonly unit: 'per second' | 'ms';
  readonly value: number;
  readonly lowest: number;
  readonly highest: number;
  /** Rounds of a rate, single times of a duration. */
  readonly samples: number;
}

/** A rate from some rounds: their median. */
export function rateOf(work: string, perSecond: readonly number[]): Figure {
  return describe(work, 'per second', perSecond, 0.5);
}

/** A duration from many: the named quantile, `0.5` the median. */
export function durationOf(work: string, timesMs: readonly number[], quantile = 0.5): Figure {
  return describe(work, 'ms', timesMs, quantile);
}

function describe(work: string, unit: Figure['unit'], samples: readonly number[], quantile: number): Figure {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (part: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN);
  return { work, unit, value: at(quantile), lowest: at(0), highest: at(1), samples: sorted.length };
}

function round(value: number): number {
  return Number(value.toFixed(value < 1_000 ? 1 : 0));
}
