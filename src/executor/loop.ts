import type { Clock } from '../ports/clock.js';
import type { Signals, Topic } from '../ports/signals.js';
import type { Telemetry } from '../ports/telemetry.js';

export interface LoopOptions {
  /** For telemetry. */
  readonly name: string;
  /**
   * One round of work; true: there is more to do at once; a number: something will be due in so many milliseconds. A round never overlaps
   * another of the same loop.
   */
  readonly work: () => Promise<boolean | number>;
  /** The longest rest between two rounds. */
  readonly everyMs: number;
  /** A signal that ends the rest early. */
  readonly topic?: Topic;
}

export interface Loop {
  /** Ends the rest early; during a round, another one follows. */
  wake(): void;
  /** Resolves when the current round has ended and no other will begin. */
  stop(): Promise<void>;
}

/** Does rounds of work until stopped: now, after each signal, and at the latest every `everyMs`. A round that throws is told and tried again later. */
export function startLoop(
  { clock, signals, telemetry }: { clock: Clock; signals: Signals; telemetry: Telemetry },
  { name, work, everyMs, topic }: LoopOptions,
): Loop {
  let stopped = false;
  let rest = new AbortController();
  const wake = (): void => rest.abort();
  const unlisten = topic === undefined ? undefined : signals.listen(topic, wake);
  const rounds = run();

  async function run(): Promise<void> {
    while (!stopped) {
      // A signal during the round must start another: the rest it will end is made before the round begins.
      rest = new AbortController();
      const more = await round();
      if (more === true || stopped) continue;
      await clock.sleep(more === false ? everyMs : Math.min(Math.max(0, Math.ceil(more)), everyMs), rest.signal);
    }
  }

  async function round(): Promise<boolean | number> {
    try {
      return await work();
    } catch (error) {
      telemetry.emit('loop.failed', { loop: name, error });
      return false;
    }
  }

  return {
    wake,
    async stop() {
      stopped = true;
      unlisten?.();
      wake();
      await rounds;
    },
  };
}
