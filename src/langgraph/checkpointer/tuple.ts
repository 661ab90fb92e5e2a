import type { RunnableConfig } from '@langchain/core/runnables';
import {
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
  maxChannelVersion,
  type SerializerProtocol,
  TASKS,
} from '@langchain/langgraph-checkpoint';
import { joinChannelBlobs, type StoredValue } from '../../domain/channel-blob.js';
import type { CheckpointKey, CheckpointPage, StoredCheckpoint } from '../../store/checkpoints/read-checkpoints.js';
import { fromJsonb, toJsonb } from '../../store/database/json.js';

export function toConfig({ threadId, checkpointNs, checkpointId }: CheckpointKey): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: checkpointNs, checkpoint_id: checkpointId } };
}

/** Metadata may hold objects that only the serialiser knows, so it passes through it before it becomes JSON. */
export async function dumpMetadata(serde: SerializerProtocol, metadata: object): Promise<string> {
  const [, bytes] = await serde.dumpsTyped(metadata);
  return toJsonb(JSON.parse(new TextDecoder().decode(bytes)));
}

/** A stored checkpoint as LangGraph knows it, and the stored form of each of its values. */
export async function loadTuple(
  serde: SerializerProtocol,
  row: StoredCheckpoint,
  findBlob: CheckpointPage['findBlob'],
): Promise<{ tuple: CheckpointTuple; values: ReadonlyMap<string, StoredValue> }> {
  const { threadId, checkpointNs } = row;
  const versions = fromJsonb(row.channelVersions) as Checkpoint['channel_versions'];
  const values = new Map<string, StoredValue>();
  for (const [channel, version] of Object.entries(versions)) {
    // A channel that is empty has a version and no blob.
    if (findBlob(row, channel, String(version))) {
      values.set(
        channel,
        joinChannelBlobs(String(version), (base) => findBlob(row, channel, base)),
      );
    }
  }
  const load = (type: string, bytes: Uint8Array) => serde.loadsTyped(type, bytes) as Promise<unknown>;
  const [rest, metadata, entries, pendingWrites] = await Promise.all([
    load(row.type, row.bytes) as Promise<Omit<Checkpoint, 'channel_values' | 'channel_versions'>>,
    load('json', new TextEncoder().encode(JSON.stringify(fromJsonb(row.metadata)))) as Promise<CheckpointMetadata>,
    Promise.all([...values].map(async ([channel, { type, bytes }]) => [channel, await load(type, bytes)] as const)),
    Promise.all(
      row.writes.map(async ({ taskId, channel, type, bytes }): Promise<[string, string, unknown]> => [
        taskId,
        channel,
        await load(type, bytes),
      ]),
    ),
  ]);
  const tuple: CheckpointTuple = {
    config: toConfig(row),
    checkpoint: { ...rest, channel_values: Object.fromEntries(entries), channel_versions: versions },
    metadata,
    pendingWrites,
  };
  if (row.parentCheckpointId !== null) {
    tuple.parentConfig = toConfig({ threadId, checkpointNs, checkpointId: row.parentCheckpointId });
  }
  return { tuple, values };
}

/**
 * Before its fourth format LangGraph kept what was sent to tasks as writes on the parent; since then it is a channel. Moves them there.
 * @param parent with its pending writes
 */
export function movePendingSends(checkpoint: Checkpoint, parent: CheckpointTuple, firstVersion: number | string): void {
  const sends = (parent.pendingWrites ?? []).filter(([, channel]) => channel === TASKS).map(([, , value]) => value);
  const versions = Object.values(checkpoint.channel_versions);
  checkpoint.channel_values[TASKS] = sends;
  checkpoint.channel_versions[TASKS] = versions.length > 0 ? maxChannelVersion(...versions) : firstVersion;
}
