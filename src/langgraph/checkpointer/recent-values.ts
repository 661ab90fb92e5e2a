import { LINK_BYTES, type StoredValue } from '../../domain/channel-blob.js';
import type { CheckpointPlace } from '../../store/checkpoints/put-checkpoint.js';

/** The newest stored value of each channel that this process has read or written: what the next version can continue. */
export interface RecentValues {
  find(place: CheckpointPlace, channel: string): StoredValue | undefined;
  keep(place: CheckpointPlace, channel: string, value: StoredValue): void;
  forget(place: CheckpointPlace, channel: string): void;
}

/**
 * Holds at most `maxBytes`; when full, the values that were kept longest ago go first. Losing one costs a whole copy in the database, no more.
 */
export function makeRecentValues(maxBytes: number): RecentValues {
  const values = new Map<string, StoredValue>();
  let heldBytes = 0;

  const drop = (key: string) => {
    heldBytes -= values.get(key)?.bytes.length ?? 0;
    values.delete(key);
  };
  return {
    find: (place, channel) => values.get(toKey(place, channel)),
    keep: (place, channel, value) => {
      const key = toKey(place, channel);
      drop(key);
      if (value.bytes.length < LINK_BYTES || value.bytes.length > maxBytes) return;
      values.set(key, value);
      heldBytes += value.bytes.length;
      for (const oldest of values.keys()) {
        if (heldBytes <= maxBytes) break;
        drop(oldest);
      }
    },
    forget: (place, channel) => drop(toKey(place, channel)),
  };
}

function toKey({ threadId, checkpointNs }: CheckpointPlace, channel: string): string {
  return JSON.stringify([threadId, checkpointNs, channel]);
}
