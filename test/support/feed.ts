import { openSocket } from './client.js';

/** A subscription on a WebSocket of its own, read item by item. */
export interface Feed<Item> {
  /** The next item; rejects with the codes of the errors in its place, and when the subscription has completed. */
  next(): Promise<Item>;
  take(count: number): Promise<Item[]>;
  /** Up to and with the first item that satisfies `predicate`. */
  takeUntil(predicate: (item: Item) => boolean): Promise<Item[]>;
  /** Everything until it completes. */
  rest(): Promise<Item[]>;
  /** Closes the socket. */
  close(): Promise<void>;
}

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions?: Record<string, unknown> }[];
}

/** Subscribes at once; the operation must select one field. */
export function openFeed<Item>(url: string, query: string, variables: Record<string, unknown> = {}): Feed<Item> {
  const socket = openSocket(url);
  const answers = socket.iterate({ query, variables }) as AsyncIterableIterator<Answer>;

  async function nextOrDone(): Promise<{ readonly item: Item } | null> {
    const { done, value } = (await answers.next()) as IteratorResult<Answer, undefined>;
    if (done) return null;
    if (value.errors) throw new Error(value.errors.map(({ extensions }) => String(extensions?.['code'])).join(', '));
    const [item] = Object.values(value.data ?? {});
    return { item: item as Item };
  }

  async function next(): Promise<Item> {
    const found = await nextOrDone();
    if (found) return found.item;
    throw new Error('The subscription has completed.');
  }

  async function takeUntil(predicate: (item: Item) => boolean): Promise<Item[]> {
    const items: Item[] = [];
    for (;;) {
      const item = await next();
      items.push(item);
      if (predicate(item)) return items;
    }
  }

  return {
    next,
    takeUntil,
    async take(count) {
      const items: Item[] = [];
      while (items.length < count) items.push(await next());
      return items;
    },
    async rest() {
      const items: Item[] = [];
      for (let found = await nextOrDone(); found; found = await nextOrDone()) items.push(found.item);
      return items;
    },
    close: async () => socket.dispose(),
  };
}
