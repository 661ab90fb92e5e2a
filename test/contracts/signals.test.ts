import { beforeEach, describe, expect, test } from 'vitest';
import { type LocalSignals, makeMemorySignals } from '../../src/adapters/memory-signals.js';
import type { Change } from '../../src/ports/signals.js';

describe.each([{ adapter: 'memory', makeSignals: makeMemorySignals }])('signals ($adapter)', ({ makeSignals }) => {
  let signals: LocalSignals;
  let woken: string[];
  const wake = (name: string) => () => void woken.push(name);

  beforeEach(() => {
    signals = makeSignals();
    woken = [];
  });

  test('a notify wakes every listener of its topic and no other', () => {
    signals.listen('queue', wake('a'));
    signals.listen('queue', wake('b'));
    signals.listen('thread:1', wake('c'));
    signals.notify('queue');
    expect(woken).toEqual(['a', 'b']);
  });

  test('a notify without listeners is lost', () => {
    signals.notify('queue');
    signals.listen('queue', wake('a'));
    expect(woken).toEqual([]);
  });

  test('a listener that left is not woken, and leaving twice is harmless', () => {
    const leave = signals.listen('queue', wake('a'));
    leave();
    leave();
    signals.notify('queue');
    expect(woken).toEqual([]);
  });

  test('leaving late does not silence those who came after', () => {
    const leave = signals.listen('queue', wake('a'));
    leave();
    signals.listen('queue', wake('b'));
    leave();
    signals.notify('queue');
    expect(woken).toEqual(['b']);
  });

  test('one function that listens twice is woken twice and leaves once at a time', () => {
    const same = wake('a');
    const leave = signals.listen('queue', same);
    signals.listen('queue', same);
    signals.notify('queue');
    leave();
    signals.notify('queue');
    expect(woken).toEqual(['a', 'a', 'a']);
  });

  test('a listener may leave, take others with it, and listen again while it is woken', () => {
    const leaveA = signals.listen('queue', () => {
      woken.push('a');
      leaveA();
      leaveB();
      signals.listen('queue', wake('again'));
    });
    const leaveB = signals.listen('queue', wake('b'));
    signals.notify('queue');
    expect(woken).toEqual(['a']);
    signals.notify('queue');
    expect(woken).toEqual(['a', 'again']);
  });

  test('a change is told to every listener of its tenant and to no other', () => {
    const heard: [string, Change][] = [];
    const listen = (name: string, tenantId: string) =>
      signals.listenChanges(tenantId, { changed: (change) => void heard.push([name, change]), missed: wake('missed') });
    listen('a', 'mine');
    const leave = listen('b', 'mine');
    listen('c', 'theirs');
    const change: Change = { tenantId: 'mine', noun: 'thread', id: '1', threadId: '1' };
    signals.notifyChange(change);
    leave();
    signals.notifyChange({ ...change, noun: 'run' });
    expect(heard).toEqual([
      ['a', change],
      ['b', change],
      ['a', { ...change, noun: 'run' }],
    ]);
    expect(woken).toEqual([]);
  });

  test('whoever listens, to a topic or to changes, is told when signals may have been lost', () => {
    signals.listen('run:1', wake('run'));
    for (const tenantId of ['mine', 'theirs']) signals.listenChanges(tenantId, { changed: wake('changed'), missed: wake(tenantId) });
    signals.notifyAll();
    expect(woken).toEqual(['run', 'mine', 'theirs']);
  });
});
