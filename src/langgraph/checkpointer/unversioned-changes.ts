import type { ChannelVersions, Checkpoint } from '@langchain/langgraph-checkpoint';
import type { DumpedValue } from '../events/dumped-value.js';
import { makeVersionRevision } from './channel-versions.js';

type Values = ReadonlyMap<string, DumpedValue>;
type Versioned = Pick<Checkpoint, 'channel_versions' | 'versions_seen'>;

/**
 * A state update lays what tasks have written already onto the checkpoint, and leaves the versions of those channels as they are. Who stores
 * each value once for each version would lose it, and bring back what was taken out. So a version with a changed value gets one that comes
 * right after it: in all channels that have it, and wherever a node has seen it. In the eyes of LangGraph nothing has changed then: which
 * version is the newer one, and which are equal, stays as it was.
 */
export function versionChanges<Body extends Versioned>(
  body: Body,
  newVersions: ChannelVersions,
  { before, after }: { before: Values; after: Values },
): { readonly body: Body; readonly newVersions: ChannelVersions } {
  const { channel_versions: versions, versions_seen: seen } = body;
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (channel) => !Object.hasOwn(newVersions, channel) && !isEqual(before.get(channel), after.get(channel)),
  );
  if (changed.length === 0) return { body, newVersions };
  const revise = makeVersionRevision();
  const stale = new Set(changed.map((channel) => versions[channel]));
  const revised = Object.fromEntries(
    [...new Set([...Object.keys(versions), ...changed])]
      .filter((channel) => stale.has(versions[channel]))
      .map((channel) => [channel, revise(versions[channel])]),
  );
  const reviseSeen = (channels: ChannelVersions): ChannelVersions =>
    mapValues(channels, (version) => (stale.has(version) ? revise(version) : version));
  return {
    body: { ...body, channel_versions: { ...versions, ...revised }, versions_seen: mapValues(seen, reviseSeen) },
    newVersions: { ...newVersions, ...revised },
  };
}

function isEqual(a: DumpedValue | undefined, b: DumpedValue | undefined): boolean {
  if (!a || !b) return a === b;
  return a.type === b.type && Buffer.compare(a.bytes, b.bytes) === 0;
}

function mapValues<Value>(record: Readonly<Record<string, Value>>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
