import type { Clock } from '../ports/clock.js';

/** The longest delay that Node's timers hold; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock and timers. */
export function makeSystemClock(): Clock {
  return { now: () => new Date(), sleep };
}

async function sleep(ms: number, abort?: AbortSignal): Promise<void> {
  let leftMs = ms;
  while (leftMs > LONGEST_TIMER_MS && !abort?.aborted) {
    await wait(LONGEST_TIMER_MS, abort);
    leftMs -= LONGEST_TIMER_MS;
  }
  await wait(leftMs, abort);
}

function wait(ms: number, abort?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (abort?.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      abort?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    abort?.addEventListener('abort', finish);
  });
}
