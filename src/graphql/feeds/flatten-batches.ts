import { setImmediate as nextTurn } from 'node:timers/promises';

/** How many items may go out before timers, sockets and other runs get their turn. */
const TURN_EVERY = 64;

/**
 * The items of `batches`, one by one. `return()` goes through to `batches` at once, also while a `next()` is pending, which then ends;
 * an async generator would first wait for it. Calls of `next()` need not wait for each other.
 */
export function flattenBatches<Item>(batches: AsyncIterator<readonly Item[]>): AsyncIterableIterator<Item> {
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let batch: readonly Item[] = [];
  let position = 0;
  let sinceTurn = 0;
  let ended = false;
  let previous: Promise<unknown> = Promise.resolve();

  async function advance(): Promise<IteratorResult<Item, undefined>> {
    while (!ended) {
      const item = batch[position];
      if (position < batch.length) {
        position += 1;
        sinceTurn += 1;
        if (sinceTurn >= TURN_EVERY) {
          sinceTurn = 0;
          await nextTurn();
        }
        return ended ? end : { done: false, value: item as Item };
      }
      const result = await batches.next();
      if (result.done) break;
      batch = result.value;
      position = 0;
    }
    ended = true;
    return end;
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const result = previous.then(advance, advance);
      previous = result;
      return result;
    },
    async return() {
      ended = true;
      batch = [];
      await batches.return?.();
      return end;
    },
  };
}
