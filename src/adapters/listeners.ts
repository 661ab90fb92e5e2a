/** Who listens to what, within one process. */
export interface Listeners<Key, Listener> {
  /** Until the returned function is called; one listener may be added twice. */
  add(key: Key, listener: Listener): () => void;
  /** Calls `tell` for each listener of `key`, in the order in which they came; who leaves meanwhile is left out, who comes is too. */
  tell(key: Key, tell: (listener: Listener) => void): void;
  keys(): Key[];
}

export function makeListeners<Key, Listener>(): Listeners<Key, Listener> {
  // Each in an object of its own, because one listener may be there twice.
  const entriesOf = new Map<Key, Set<{ readonly listener: Listener }>>();
  return {
    add(key, listener) {
      const entry = { listener };
      const entries = entriesOf.get(key) ?? new Set();
      entriesOf.set(key, entries.add(entry));
      return () => {
        entries.delete(entry);
        if (entries.size === 0 && entriesOf.get(key) === entries) entriesOf.delete(key);
      };
    },
    tell(key, tell) {
      const entries = entriesOf.get(key);
      if (!entries) return;
      for (const entry of [...entries]) {
        if (entries.has(entry)) tell(entry.listener);
      }
    },
    keys: () => [...entriesOf.keys()],
  };
}
