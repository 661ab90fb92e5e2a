/**
 * How one version of a channel's value is stored: whole (`baseVersion` null), or as the bytes that follow the first `keptBytes` bytes of
 * an older version's value. docs/adr/checkpoint-storage.md has the reasons and the figures.
 */
export interface ChannelBlob {
  readonly version: string;
  /** The serialiser's type tag of the value. */
  readonly type: string;
  readonly baseVersion: string | null;
  readonly keptBytes: number;
  readonly blob: Uint8Array;
}

/** A value as its serialiser wrote it. */
export interface ChannelValue {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A value that is in the database, with what decides how the next one is stored. */
export interface StoredValue extends ChannelValue {
  readonly version: string;
  /** How many blobs it is made of, beside a whole copy. */
  readonly links: number;
  /** Size of all these blobs together, and of the copy. */
  readonly chainBytes: number;
}

/** Reading one link more costs as much as reading a value that is this much longer. A shorter value is always stored whole. */
export const LINK_BYTES = 256;

/**
 * Lays out the next version of a channel. It continues `stored` when both have at least half of it in common, unless reading would become
 * dear: a chain has at most one link for each {@link LINK_BYTES} of its value, and weighs at most twice as much as its value. So what is
 * stored grows with what was added, since a whole copy comes only after so many links that each pays {@link LINK_BYTES} for it.
 */
export function nextChannelBlob(
  version: string,
  { type, bytes }: ChannelValue,
  stored: StoredValue | undefined,
): { blob: ChannelBlob; stored: StoredValue } {
  if (stored && stored.type === type && stored.version !== version) {
    const keptBytes = commonPrefixLength(stored.bytes, bytes);
    const links = stored.links + 1;
    const chainBytes = stored.chainBytes + bytes.length - keptBytes;
    if (keptBytes >= bytes.length / 2 && links * LINK_BYTES <= bytes.length && chainBytes <= 2 * bytes.length) {
      return {
        blob: { version, type, baseVersion: stored.version, keptBytes, blob: bytes.subarray(keptBytes) },
        stored: { version, type, bytes, links, chainBytes },
      };
    }
  }
  return {
    blob: { version, type, baseVersion: null, keptBytes: 0, blob: bytes },
    stored: { version, type, bytes, links: 0, chainBytes: bytes.length },
  };
}

/** Puts a value together again. `find` gives a version's blob; one that is missing is a broken invariant and throws. */
export function joinChannelBlobs(version: string, find: (version: string) => ChannelBlob | undefined): StoredValue {
  const newestFirst: ChannelBlob[] = [];
  for (let next: string | null = version; next !== null;) {
    const blob = find(next);
    if (!blob) throw new Error(`Version ${version} of a channel cannot be read: the version ${next} that it is built on is gone.`);
    newestFirst.push(blob);
    next = blob.baseVersion;
  }
  const newest = newestFirst[0]!;
  const bytes = new Uint8Array(newest.keptBytes + newest.blob.length);
  // Each blob keeps only a part of what lies below it, so the newest is laid first and the older ones fill what is still open.
  let open = bytes.length;
  for (const { keptBytes, blob } of newestFirst) {
    if (keptBytes >= open) continue;
    bytes.set(blob.subarray(0, open - keptBytes), keptBytes);
    open = keptBytes;
  }
  const chainBytes = newestFirst.reduce((sum, { blob }) => sum + blob.length, 0);
  return { version, type: newest.type, bytes, links: newestFirst.length - 1, chainBytes };
}

/** Bisects, because comparing two halves at once is some hundred times faster than looking at each byte. */
function commonPrefixLength(a: Uint8Array, b: Uint8Array): number {
  let same = 0;
  let open = Math.min(a.length, b.length);
  while (same < open) {
    const middle = same + Math.ceil((open - same) / 2);
    if (Buffer.compare(a.subarray(same, middle), b.subarray(same, middle)) === 0) same = middle;
    else open = middle - 1;
  }
  return same;
}
