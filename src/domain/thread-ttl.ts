export const TTL_STRATEGIES = ['delete', 'keep_latest'] as const;
/** What becomes of a thread that has rested too long: it goes, or only the checkpoints behind its latest state do. */
export type TtlStrategy = (typeof TTL_STRATEGIES)[number];

/** `checkpointer.ttl` of langgraph.json. */
export interface ThreadTtl {
  readonly strategy: TtlStrategy;
  /** Of threads that are created without one of their own; null: they never expire. */
  readonly defaultMinutes: number | null;
  readonly sweepEveryMinutes: number;
}

export const DEFAULT_THREAD_TTL: ThreadTtl = { strategy: 'delete', defaultMinutes: null, sweepEveryMinutes: 5 };
