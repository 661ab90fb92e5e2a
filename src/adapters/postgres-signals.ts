import pg from 'pg';
import { v4 as uuid4 } from 'uuid';
import { type Clock, SECOND } from '../ports/clock.js';
import type { Signals, Topic } from '../ports/signals.js';
import type { Telemetry } from '../ports/telemetry.js';
import { makeMemorySignals } from './memory-signals.js';
import { ANYTHING, changeIn, changeWord, makeWaitingWords, type SignalWord } from './signal-words.js';

const CHANNEL = 'skein';
const RECONNECT_AFTER_MS = 1 * SECOND;

export interface SharedSignals extends Signals {
  stop(): Promise<void>;
}

/**
 * Signals between all processes on one PostgreSQL server, by LISTEN and NOTIFY on a connection of its own. Listeners of this process are
 * woken at once; the others get what has gathered while the message before was on its way, each signal once. After a lost connection
 * everybody is woken, since signals may have been missed; what could not be sent meanwhile is sent then.
 */
export function startPostgresSignals(databaseUrl: string, { clock, telemetry }: { clock: Clock; telemetry: Telemetry }): SharedSignals {
  const local = makeMemorySignals();
  const senderId = uuid4();
  const stopping = new AbortController();
  const waiting = makeWaitingWords();
  let connection: pg.Client | null = null;
  let isSending = false;
  const connecting = keepConnected();

  async function keepConnected(): Promise<void> {
    while (!stopping.signal.aborted) {
      const lost = new AbortController();
      const client = new pg.Client({ connectionString: databaseUrl, application_name: 'skein signals', keepAlive: true });
      client.on('error', () => lost.abort());
      client.on('end', () => lost.abort());
      client.on('notification', ({ payload = '' }) => receive(payload));
      try {
        await client.connect();
        await client.query(`LISTEN ${CHANNEL}`);
        connection = client;
        local.notifyAll();
        void send();
        await aborted(AbortSignal.any([lost.signal, stopping.signal]));
      } catch (error) {
        telemetry.emit('loop.failed', { loop: 'signals', error });
      }
      connection = null;
      await client.end().catch(() => undefined);
      if (!stopping.signal.aborted) await clock.sleep(RECONNECT_AFTER_MS, stopping.signal);
    }
  }

  function receive(payload: string): void {
    const [sender, ...words] = payload.split(' ');
    if (sender !== senderId) words.forEach(hear);
  }

  function hear(word: string): void {
    const change = changeIn(word);
    if (change) local.notifyChange(change);
    else if (word === ANYTHING) local.notifyAll();
    else local.notify(word as Topic);
  }

  function tell(word: SignalWord): void {
    waiting.add(word);
    void send();
  }

  async function send(): Promise<void> {
    if (isSending) return;
    isSending = true;
    while (connection) {
      const message = waiting.takeMessage(senderId);
      if (message === null) break;
      try {
        await connection.query('SELECT pg_notify($1, $2)', [CHANNEL, message]);
      } catch {
        // Most likely lost with its connection: the next connection sends again, or the next signal does.
        waiting.putBack(message);
        break;
      }
    }
    isSending = false;
  }

  return {
    notify(topic) {
      local.notify(topic);
      tell(topic);
    },
    listen: local.listen,
    notifyChange(change) {
      local.notifyChange(change);
      tell(changeWord(change));
    },
    listenChanges: local.listenChanges,
    async stop() {
      stopping.abort();
      await connecting;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
