import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChannelBlob, joinChannelBlobs, nextChannelBlob, type StoredValue, LINK_BYTES } from '../../src/domain/channel-blob.js';

const encode = (value: unknown) => ({ type: 'json', bytes: new TextEncoder().encode(JSON.stringify(value)) });

/** Stores the values one after the other, each on top of what the one before left. */
function storeAll(values: readonly { type: string; bytes: Uint8Array }[]): Map<string, ChannelBlob> {
  const blobs = new Map<string, ChannelBlob>();
  let stored: StoredValue | undefined;
  values.forEach((value, index) => {
    const next = nextChannelBlob(String(index), value, stored);
    blobs.set(String(index), next.blob);
    stored = next.stored;
  });
  return blobs;
}

const message = fc.record({ type: fc.constantFrom('human', 'ai'), content: fc.string({ unit: 'binary', maxLength: 400 }) });
const edit = fc.oneof(
  { weight: 6, arbitrary: fc.array(message, { maxLength: 3 }).map((added) => (list: unknown[]) => [...list, ...added]) },
  fc.nat().map((at) => (list: unknown[]) => list.filter((_, index) => index !== at % (list.length + 1))),
  fc.tuple(fc.nat(), message).map(
    ([at, changed]) =>
      (list: unknown[]) =>
        list.map((item, index) => (index === at % list.length ? changed : item)),
  ),
);

describe('the blobs of a channel', () => {
  it('give back every version exactly, whatever was appended, changed or removed between them', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 40 }), (edits) => {
        let list: unknown[] = [];
        const values = edits.map((apply) => encode((list = apply(list))));
        const blobs = storeAll(values);
        values.forEach(({ type, bytes }, index) => {
          expect(joinChannelBlobs(String(index), (version) => blobs.get(version))).toMatchObject({ type, bytes });
        });
      }),
    );
  });

  it('tell of a value that was put together what was known when it was stored, so that another process continues the chain alike', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 40 }), (edits) => {
        let list: unknown[] = [];
        let stored: StoredValue | undefined;
        const blobs = new Map<string, ChannelBlob>();
        edits.forEach((apply, index) => {
          const next = nextChannelBlob(String(index), encode((list = apply(list))), stored);
          blobs.set(String(index), next.blob);
          expect(joinChannelBlobs(String(index), (version) => blobs.get(version))).toEqual(next.stored);
          stored = next.stored;
        });
      }),
    );
  });

  it('of a list that grows at its end weigh what was added and the price of a link for each version, whatever is added', () => {
    fc.assert(
      fc.property(fc.array(fc.array(message, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 60 }), (additions) => {
        const values = additions.map((_, index) => encode(additions.slice(0, index + 1).flat()));
        const total = [...storeAll(values).values()].reduce((sum, { blob }) => sum + blob.length, 0);
        expect(total).toBeLessThanOrEqual(values.at(-1)!.bytes.length + values.length * (LINK_BYTES + 1));
      }),
    );
  });

  it('are few and light beside the value that is read from them, whatever was done to it', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 60 }), (edits) => {
        let list: unknown[] = [];
        const values = edits.map((apply) => encode((list = apply(list))));
        const blobs = storeAll(values);
        values.forEach(({ bytes }, index) => {
          const { links, chainBytes } = joinChannelBlobs(String(index), (version) => blobs.get(version));
          expect(links * LINK_BYTES).toBeLessThanOrEqual(bytes.length);
          expect(chainBytes).toBeLessThanOrEqual(2 * bytes.length);
        });
      }),
    );
  });

  it('are whole when the value is short, of another type or nothing like the one before', () => {
    const long = 'a'.repeat(2 * LINK_BYTES);
    const first = nextChannelBlob('1', encode(long), undefined);
    expect(first.blob).toMatchObject({ baseVersion: null, keptBytes: 0 });
    expect(nextChannelBlob('2', encode('short'), first.stored).blob.baseVersion).toBeNull();
    expect(nextChannelBlob('2', { ...encode(`${long}b`), type: 'bytes' }, first.stored).blob.baseVersion).toBeNull();
    expect(nextChannelBlob('2', encode('b'.repeat(2 * LINK_BYTES)), first.stored).blob.baseVersion).toBeNull();
    expect(nextChannelBlob('2', encode(`${long}b`), first.stored).blob).toMatchObject({ baseVersion: '1', keptBytes: long.length + 1 });
  });

  it('refuse to be read when one that others are built on is gone', () => {
    const blobs = storeAll([encode('a'.repeat(600)), encode('a'.repeat(601)), encode('a'.repeat(602))]);
    blobs.delete('1');
    expect(() => joinChannelBlobs('2', (version) => blobs.get(version))).toThrow('the version 1 that it is built on is gone');
  });
});
