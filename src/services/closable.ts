/**
 * An iterator made of what takes its next item and what ends it. Calls of `next()` wait for each other; `return()` ends it at once, also
 * while one is pending, which `end` must settle. Not an async generator: those cannot be closed while they wait.
 */
export function makeClosable<Item>(take: () => Promise<IteratorResult<Item, undefined>>, end: () => void): AsyncIterableIterator<Item> {
  let previous: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const result = previous.then(take, take);
      previous = result;
      return result;
    },
    return() {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
