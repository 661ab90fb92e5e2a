import { performance } from 'node:perf_hooks';

/** `clients` callers at once, each with its next call as soon as its last one is answered, until `calls` are done. Gives calls per second. */
export async function ratePerSecond(clients: number, calls: number, call: (client: number) => Promise<unknown>): Promise<number> {
  let begun = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (begun < calls) {
        begun += 1;
        await call(client);
      }
    }),
  );
  return calls / ((performance.now() - started) / 1_000);
}

/** One call after the other. Gives milliseconds of each. */
export async function timesMs(calls: number, call: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < calls; index += 1) {
    const started = performance.now();
    await call();
    times.push(performance.now() - started);
  }
  return times;
}

/** The same round several times, one after the other. */
export async function rounds<T>(count: number, round: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < count; index += 1) results.push(await round());
  return results;
}
