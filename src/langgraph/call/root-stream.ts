import type { RunnableConfig } from '@langchain/core/runnables';

/**
 * The custom stream of a call's root graph. What is put into it stands among LangGraph's chunks in the order in which things happened, and
 * never reaches a client.
 */
export interface RootStream {
  /** Remembers the stream of the first config seen that has one, which is the root graph's. */
  useStreamOf(config: RunnableConfig): void;
  /** `listener` is called when the stream is known; chunks that it writes stand before all others. */
  onOpen(listener: () => void): void;
  /** Of a config that nobody else saw, the stream is used for this chunk alone. False when there is no stream to put it into. */
  write(chunk: object, config?: RunnableConfig): boolean;
}

type Writer = (chunk: unknown) => void;

export function makeRootStream(): RootStream {
  const listeners: (() => void)[] = [];
  let rootWriter: Writer | null = null;
  return {
    useStreamOf(config) {
      if (rootWriter) return;
      rootWriter = writerOf(config);
      if (rootWriter) for (const listener of listeners.splice(0)) listener();
    },
    onOpen(listener) {
      listeners.push(listener);
    },
    write(chunk, config) {
      // A nested graph's own writer may be one that its caller gave it, and lead anywhere.
      const writer = rootWriter ?? (config ? writerOf(config) : null);
      writer?.(chunk);
      return writer !== null;
    },
  };
}

function writerOf(config: RunnableConfig): Writer | null {
  return 'writer' in config && typeof config.writer === 'function' ? (config.writer as Writer) : null;
}
