import { type ChannelBlob, type ChannelValue, joinChannelBlobs, nextChannelBlob, type StoredValue } from '../../domain/channel-blob.js';

/** The values that channels had at each of several checkpoints, in as much room as what was added from one to the next takes. */
export interface RecordedValues {
  keep(channel: string, checkpointId: string, value: ChannelValue): void;
  /** Throws when nothing was kept there. */
  get(channel: string, checkpointId: string): ChannelValue;
}

export function makeRecordedValues(): RecordedValues {
  const newest = new Map<string, StoredValue>();
  const blobs = new Map<string, ChannelBlob>();

  return {
    keep(channel, checkpointId, value) {
      const { blob, stored } = nextChannelBlob(checkpointId, value, newest.get(channel));
      newest.set(channel, stored);
      // Copied: a part of an array keeps the whole array alive.
      blobs.set(toKey(channel, checkpointId), { ...blob, blob: new Uint8Array(blob.blob) });
    },
    get: (channel, checkpointId) => joinChannelBlobs(checkpointId, (id) => blobs.get(toKey(channel, id))),
  };
}

function toKey(channel: string, checkpointId: string): string {
  return JSON.stringify([checkpointId, channel]);
}
