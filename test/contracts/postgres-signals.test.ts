import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { startPostgresSignals, type SharedSignals } from '../../src/adapters/postgres-signals.js';
import { makeSystemClock } from '../../src/adapters/system-clock.js';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Change, Signals, Topic } from '../../src/ports/signals.js';
import { makeTestAddress } from '../support/database.js';
import { makeManualClock } from '../support/manual-clock.js';

const isServer = inject('databaseTemplate').kind === 'server';

describe.skipIf(!isServer)('signals between processes (skipped on the embedded database, which has one process)', () => {
  let url: string;
  let remove: () => Promise<void>;
  const open: SharedSignals[] = [];

  beforeAll(async () => {
    const made = await makeTestAddress();
    url = made.address.databaseUrl ?? '';
    remove = made.remove;
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((signals) => signals.stop()));
  });
  afterAll(() => remove());

  function start(clock: Clock = makeSystemClock()): SharedSignals {
    const signals = startPostgresSignals(url, { clock, telemetry: makeTelemetry() });
    open.push(signals);
    return signals;
  }

  const woken = (signals: SharedSignals, topic: Topic) => new Promise<void>((resolve) => signals.listen(topic, resolve));

  /** Once connected, everybody is woken: whoever waits for that knows that no later signal is missed. */
  async function startConnected(clock?: Clock): Promise<SharedSignals> {
    const signals = start(clock);
    await woken(signals, 'queue');
    return signals;
  }

  test('a notify wakes the listeners of this process at once, and those of another one', async () => {
    const [here, there] = [await startConnected(), await startConnected()];
    let wokenHere = 0;
    here.listen('run:1', () => (wokenHere += 1));
    const arrived = woken(there, 'run:1');
    here.notify('run:1');
    expect(wokenHere).toBe(1);
    await arrived;
    expect(wokenHere).toBe(1);
  });

  test('a thousand topics at once all arrive', async () => {
    const [here, there] = [await startConnected(), await startConnected()];
    const topics = Array.from({ length: 1_000 }, (_, index): Topic => `thread:00000000-0000-7000-8000-${String(index).padStart(12, '0')}`);
    const arrived = Promise.all(topics.map((topic) => woken(there, topic)));
    for (const topic of topics) here.notify(topic);
    await arrived;
  });

  test('everybody is woken after the connection was lost, and signals go on', async () => {
    const [here, there] = [await startConnected(), await startConnected()];
    const reconnected = [woken(here, 'queue'), woken(there, 'queue')];
    await terminateSignalConnections();
    await Promise.all(reconnected);
    const arrived = woken(there, 'run:2');
    here.notify('run:2');
    await arrived;
  });

  test.each<Change>([
    { tenantId: 'a tenant/ü', noun: 'run', id: 'r', threadId: 't' },
    { tenantId: 'mine', noun: 'thread', id: 't', threadId: 't' },
    { tenantId: 'mine', noun: 'storeItem', id: 'i', namespace: ['a b', '/', '😀'], key: '"\\ % ' },
  ])('the change %j is told to this process at once, and to another one', async (change) => {
    const [here, there] = [await startConnected(), await startConnected()];
    const heardHere = hear(here, change.tenantId);
    const heardThere = hear(there, change.tenantId);
    const arrived = heardThere.count(1);
    here.notifyChange(change);
    expect(heardHere.changes).toEqual([change]);
    await arrived;
    expect(heardThere.changes).toEqual([change]);
    expect(heardHere.changes).toHaveLength(1);
  });

  test('thousands of changes at once all arrive, whatever the tenant is called', async () => {
    const [here, there] = [await startConnected(), await startConnected()];
    const tenantId = 'ä'.repeat(500);
    const changes = Array.from({ length: 5_000 }, (_, index): Change => ({
      tenantId,
      noun: 'thread',
      id: `t${index}`,
      threadId: `t${index}`,
    }));
    const heard = hear(there, tenantId);
    for (const change of changes) here.notifyChange(change);
    await heard.count(changes.length);
    expect(heard.changes).toEqual(changes);
  });

  test('whoever listens to changes is told when the connection was lost that they may have missed some', async () => {
    const signals = await startConnected();
    const heard = hear(signals, 'mine');
    await terminateSignalConnections();
    await heard.missed;
  });

  test('what changes while the connection is lost is told when it is there again', async () => {
    const clock = makeManualClock();
    const here = await startConnected(clock);
    await terminateSignalConnections();
    await clock.whenSleeping(1);
    const change: Change = { tenantId: 'mine', noun: 'thread', id: 't', threadId: 't' };
    here.notifyChange(change);
    const heard = hear(await startConnected(), 'mine');
    await clock.advance(1_000);
    await heard.count(1);
    expect(heard.changes).toEqual([change]);
  });

  test('when more waits to be sent than is kept, everybody is told that they may have missed something', async () => {
    const clock = makeManualClock();
    const here = await startConnected(clock);
    await terminateSignalConnections();
    await clock.whenSleeping(1);
    for (let index = 0; index <= 10_000; index += 1) here.notifyChange({ tenantId: 'mine', noun: 'run', id: `r${index}`, threadId: 't' });
    const there = await startConnected();
    const [heard, wokenThere] = [hear(there, 'mine'), woken(there, 'run:1')];
    await clock.advance(1_000);
    await Promise.all([heard.missed, wokenThere]);
  });

  /** What is told of a tenant from now on. */
  function hear(signals: Signals, tenantId: string) {
    const changes: Change[] = [];
    const looks = new Set<() => void>();
    const missed = new Promise<void>((resolve) => {
      signals.listenChanges(tenantId, {
        changed(change) {
          changes.push(change);
          looks.forEach((look) => look());
        },
        missed: resolve,
      });
    });
    const count = (wanted: number) => new Promise<void>((resolve) => void looks.add(() => changes.length >= wanted && resolve()));
    return { changes, missed, count };
  }

  async function terminateSignalConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'skein signals' AND datname = current_database()`,
    );
    await client.end();
  }
});
