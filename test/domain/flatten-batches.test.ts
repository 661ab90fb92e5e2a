import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattenBatches } from '../../src/graphql/feeds/flatten-batches.js';

/** Batches one after the other; then, when `endless`, a `next()` that only `return()` settles. */
function source<Item>(batches: readonly (readonly Item[])[], { endless = false } = {}) {
  const rest = [...batches];
  let settle: ((result: IteratorResult<readonly Item[], undefined>) => void) | undefined;
  const log = { taken: 0, returned: 0 };
  const iterator: AsyncIterator<readonly Item[]> = {
    next() {
      log.taken += 1;
      const batch = rest.shift();
      if (batch) return Promise.resolve({ done: false, value: batch });
      if (!endless) return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve) => (settle = resolve));
    },
    return() {
      log.returned += 1;
      settle?.({ done: true, value: undefined });
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return { iterator, log };
}

describe('flattenBatches', () => {
  it('gives every item once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer(), { maxLength: 100 }), { maxLength: 10 }), async (batches) => {
        const items: number[] = [];
        for await (const item of flattenBatches(source(batches).iterator)) items.push(item);
        expect(items).toEqual(batches.flat());
      }),
    );
  });

  it('takes a batch only when the one before is used up', async () => {
    const { iterator, log } = source([[1, 2], [3]]);
    const items = flattenBatches(iterator);
    await items.next();
    await items.next();
    expect(log.taken).toBe(1);
    await items.next();
    expect(log.taken).toBe(2);
  });

  it('keeps the order of calls that do not wait for each other', async () => {
    const items = flattenBatches(source([[1], [2, 3]]).iterator);
    const results = await Promise.all([items.next(), items.next(), items.next(), items.next()]);
    expect(results.map(({ value }) => value as unknown)).toEqual([1, 2, 3, undefined]);
  });

  it('settles a waiting next() when it is closed, and closes its source once', async () => {
    const { iterator, log } = source<number>([], { endless: true });
    const items = flattenBatches(iterator);
    const waiting = items.next();
    await items.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(log.returned).toBe(1);
  });

  it('gives nothing more after it was closed, not even from a batch it holds', async () => {
    const items = flattenBatches(source([[1, 2, 3]]).iterator);
    await items.next();
    await items.return?.();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('lets timers and sockets have their turn at least every 64 items', async () => {
    const items = flattenBatches(source([Array.from({ length: 1_000 }, (_, index) => index)]).iterator);
    let turns = 0;
    let most = 0;
    let since = 0;
    const count = (): void => {
      turns += 1;
      since = 0;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    for await (const _item of items) most = Math.max(most, (since += 1));
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(15);
    expect(most).toBeLessThanOrEqual(64);
  });

  it('passes on what its source throws', async () => {
    const items = flattenBatches({ next: () => Promise.reject(new Error('cut')) });
    await expect(items.next()).rejects.toThrow('cut');
  });
});
