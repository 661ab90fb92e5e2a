/** What langgraph.json says of the store. */
export interface StoreSettings {
  /** For items put without a TTL of their own; null: they never expire. */
  readonly defaultTtlMinutes: number | null;
  /** Whether reading an item extends the time it has left, unless the reader says otherwise. */
  readonly refreshOnRead: boolean;
  /** Between two deletions of what has expired; nobody sees an expired item in between. */
  readonly sweepEveryMinutes: number;
}

export const DEFAULT_STORE_SETTINGS: StoreSettings = { defaultTtlMinutes: null, refreshOnRead: true, sweepEveryMinutes: 5 };
