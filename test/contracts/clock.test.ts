import { describe, expect, test, vi } from 'vitest';
import { makeSystemClock } from '../../src/adapters/system-clock.js';
import { DAY, SECOND } from '../../src/ports/clock.js';
import { makeManualClock } from '../support/manual-clock.js';

describe.each([
  { adapter: 'system', makeClock: makeSystemClock },
  { adapter: 'manual', makeClock: makeManualClock },
])('clock ($adapter)', ({ makeClock }) => {
  test('a sleep ends at once when its signal fires', async () => {
    const abort = new AbortController();
    const sleep = makeClock().sleep(DAY, abort.signal);
    abort.abort();
    await expect(sleep).resolves.toBeUndefined();
  });

  test('a sleep whose signal has fired before ends at once', async () => {
    await expect(makeClock().sleep(DAY, AbortSignal.abort())).resolves.toBeUndefined();
  });
});

describe('system clock', () => {
  test('a sleep longer than the longest timer lasts its whole time', async () => {
    vi.useFakeTimers();
    try {
      let isOver = false;
      const sleep = makeSystemClock()
        .sleep(60 * DAY)
        .then(() => (isOver = true));
      await vi.advanceTimersByTimeAsync(60 * DAY - 1);
      expect(isOver).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(isOver).toBe(true);
      await sleep;
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('manual clock', () => {
  test('time stands still until it is moved, and sleepers wake in the order of their deadlines', async () => {
    const clock = makeManualClock();
    const startMs = clock.now().getTime();
    const woken: number[] = [];
    const sleepThenNote = async (ms: number) => {
      await clock.sleep(ms);
      woken.push(clock.now().getTime() - startMs);
    };
    const all = Promise.all([sleepThenNote(2 * SECOND), sleepThenNote(SECOND), sleepThenNote(3 * SECOND)]);
    await clock.advance(SECOND - 1);
    expect(woken).toEqual([]);
    await clock.advance(2 * SECOND);
    expect(woken).toEqual([SECOND, 2 * SECOND]);
    await clock.advance(SECOND);
    await all;
    expect(clock.now().getTime() - startMs).toBe(4 * SECOND - 1);
  });

  test('one that sleeps again within the time that passes is woken again', async () => {
    const clock = makeManualClock();
    let turns = 0;
    const abort = new AbortController();
    const loop = (async () => {
      while (!abort.signal.aborted) {
        await clock.sleep(SECOND, abort.signal);
        if (!abort.signal.aborted) turns += 1;
      }
    })();
    await clock.whenSleeping(1);
    await clock.advance(5 * SECOND);
    abort.abort();
    await loop;
    expect(turns).toBe(5);
  });
});
