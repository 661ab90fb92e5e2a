import type { RunnableConfig } from '@langchain/core/runnables';
import type { RootStream } from './root-stream.js';

/** Travels through the root stream. Whoever reads it must make all earlier events durable before it calls `release`. */
export class Barrier {
  /** Lets the put go on, or makes it throw `error`. Only the first call counts. */
  constructor(readonly release: (error?: unknown) => void) {}
}

/** Travels through the root stream. Whoever reads it calls `release` at once: everything before it was read. */
export class ReadMark {
  constructor(readonly release: () => void) {}
}

/** The barriers of one call of a graph. */
export interface Barriers {
  /** Puts a barrier into the stream and settles when it is released; resolves at once when there is no stream to put it into. */
  beforePut(config: RunnableConfig): Promise<void>;
  /**
   * Resolves when everything that the graph has said so far was read, or nobody reads any more. A loop that fails throws away what was not
   * read yet, as soon as its writes are done: so each write is done only then.
   */
  afterWrite(): Promise<void>;
  /** The puts that wait, and all later ones, throw: nobody reads the stream any more, so nobody would release them. */
  close(): void;
}

export function makeBarriers(root: RootStream): Barriers {
  const standing = new Set<(error?: unknown) => void>();
  let isClosed = false;

  /** Puts what `make` makes into the stream, and waits for its release; gives what it was released with. */
  function stand(make: (release: (error?: unknown) => void) => object, config?: RunnableConfig): Promise<{ error: unknown } | null> {
    return new Promise((resolve) => {
      const release = (error?: unknown): void => {
        standing.delete(release);
        resolve(error === undefined ? null : { error });
      };
      standing.add(release);
      if (!root.write(make(release), config)) release();
    });
  }

  return {
    async beforePut(config) {
      if (isClosed) throw new BarriersClosed();
      const outcome = await stand((release) => new Barrier(release), config);
      if (outcome) throw outcome.error;
    },
    async afterWrite() {
      if (!isClosed) await stand((release) => new ReadMark(release));
    },
    close() {
      isClosed = true;
      for (const release of [...standing]) release(new BarriersClosed());
    },
  };
}

class BarriersClosed extends Error {
  override readonly name = 'BarriersClosed';

  constructor() {
    super('The call of the graph has ended; no further checkpoint is written for it.');
  }
}
