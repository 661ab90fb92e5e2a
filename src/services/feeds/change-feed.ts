import { SECOND } from '../../ports/clock.js';
import type { ChangeNoun, SubjectOf } from '../../ports/signals.js';
import { type ChangePlace, listChangedAfter, readDatabaseTime } from '../../store/database/list-changed.js';
import type { Caller } from '../caller.js';
import { makeClosable } from '../closable.js';

/** Ids of objects that have changed and are not read yet; when there are more, changes count as missed. */
const WAITING_IDS_MAX = 1_000;
/** Objects that are read at once. */
const READ_AT_ONCE = 100;
/** Objects that a look takes from the order of changes at once; hardly any has to be read. */
const LOOK_AT_ONCE = 500;
/** Only a safety net, for changes that nobody announced because a process died after its commit. */
const LOOK_EVERY_MS = 30 * SECOND;
/** Rows are dated by the beginning of their transaction, which takes at most 30 s. */
const TRANSACTION_MS = 40 * SECOND;
/** After a database that did not answer. */
const TRY_AGAIN_MS = 1 * SECOND;

/** What a feed watches, and what it tells. */
export interface ChangeSource<Item, Noun extends ChangeNoun> {
  /** For telemetry. */
  readonly name: string;
  /** Whose changes make it look. */
  readonly noun: Noun;
  /** Whether a change of this object can matter: asked of each, before it is read. */
  concerns(subject: SubjectOf<Noun>): boolean;
  /** Forgets what was told: the feed begins, or begins anew, at `at`. What changed since `since` may have been committed later. */
  begin(span: { readonly at: Date; readonly since: Date }): Promise<void>;
  /** What is to be told of these objects now. What happened before `since` was told already. */
  read(subjects: readonly SubjectOf<Noun>[], since: Date): Promise<readonly Item[]>;
  /** Whether it has read this object since that object changed last. */
  knows(id: string, changedAt: Date): boolean;
  /** Whether it remembers too much, and had better begin anew. */
  isFull(): boolean;
  /** Told whenever changes may have been missed; null: what was missed is looked for instead. */
  readonly resync: Item | null;
  /** Whether it is told first, too. */
  readonly beginsWithResync: boolean;
}

export interface ChangeFeedOptions {
  readonly abort: AbortSignal;
  /** Instead of {@link WAITING_IDS_MAX}. */
  readonly waitingMax?: number;
}

/**
 * Changes of a tenant's objects from now on, in batches of whatever is there; it never ends by itself. At most the latest change of each
 * object waits for a slow reader, and of at most 1,000 objects: beyond that changes count as missed, as after lost signals.
 *
 * What changed is announced after the commit. Should a process die in between, the feed finds the change by itself within 30 s, but not
 * that something was deleted, nor a change that was being committed in the very moment in which the feed began.
 * `return()`, or `abort`, settles a `next()` that is waiting. One round trip a batch (interrupts: two), and two every 30 s.
 */
export async function openChangeFeed<Item, Noun extends ChangeNoun>(
  caller: Caller,
  source: ChangeSource<Item, Noun>,
  { abort, waitingMax = WAITING_IDS_MAX }: ChangeFeedOptions,
): Promise<AsyncIterableIterator<readonly Item[]>> {
  const { prisma } = caller.database;
  const waiting = new Map<string, SubjectOf<Noun>>();
  const stopping = new AbortController();
  let mustBegin = true;
  let mustLook = false;
  /** Until here, by the database's clock, everything was looked at. */
  let lookedAt = new Date(0);
  let beganAt = lookedAt;
  let look: { readonly at: Date; readonly after: ChangePlace } | null = null;
  let wakeUp: (() => void) | null = null;

  // Listening starts before the feed begins: what commits in between is looked at once more for nothing.
  const unlisten = caller.signals.listenChanges(caller.tenantId, {
    changed(change) {
      if (change.noun !== source.noun) return;
      const subject = change as unknown as SubjectOf<Noun>;
      if (source.concerns(subject)) changed(subject);
    },
    missed,
  });
  abort.addEventListener('abort', end, { once: true });
  if (abort.aborted) end();
  void lookAgain();

  function changed(subject: SubjectOf<Noun>): void {
    if (waiting.size < waitingMax || waiting.has(subject.id)) {
      waiting.set(subject.id, subject);
      wakeUp?.();
    } else missed();
  }

  function missed(): void {
    waiting.clear();
    if (source.resync === null) mustLook = true;
    else mustBegin = true;
    look = null;
    wakeUp?.();
  }

  function end(): void {
    stopping.abort();
    unlisten();
    abort.removeEventListener('abort', end);
    wakeUp?.();
  }

  async function lookAgain(): Promise<void> {
    while (!stopping.signal.aborted) {
      await caller.clock.sleep(LOOK_EVERY_MS, stopping.signal);
      mustLook = true;
      wakeUp?.();
    }
  }

  /** What changed after it may not have been seen by the last look. */
  function unseenSince(): Date {
    return new Date(lookedAt.getTime() - TRANSACTION_MS);
  }

  async function begin(): Promise<readonly Item[]> {
    mustBegin = false;
    mustLook = false;
    look = null;
    waiting.clear();
    try {
      lookedAt = await readDatabaseTime(prisma);
      beganAt = lookedAt;
      await source.begin({ at: beganAt, since: unseenSince() });
    } catch (error) {
      mustBegin = true;
      throw error;
    }
    caller.telemetry.emit('feed.began', { feed: source.name });
    return source.resync === null ? [] : [source.resync];
  }

  async function readWaiting(): Promise<readonly Item[]> {
    const subjects = [...waiting.values()].slice(0, READ_AT_ONCE);
    for (const { id } of subjects) waiting.delete(id);
    try {
      return await source.read(subjects, unseenSince());
    } catch (error) {
      subjects.forEach(changed);
      throw error;
    }
  }

  /** One page of a look at all that changed since the last one. */
  async function lookOn(): Promise<readonly Item[]> {
    const since = source.resync === null || unseenSince() > beganAt ? unseenSince() : beganAt;
    const page = look ?? { at: await readDatabaseTime(prisma), after: { at: since, id: null } };
    look = page;
    const rows = await listChangedAfter(prisma, caller, { noun: source.noun, after: page.after, limit: LOOK_AT_ONCE });
    const news = rows.filter((row) => source.concerns(row) && !source.knows(row.id, row.at));
    const items = news.length === 0 ? [] : await source.read(news, unseenSince());
    // Otherwise changes were missed meanwhile, and the look starts again.
    if (look === page) {
      const last = rows.length === LOOK_AT_ONCE ? rows.at(-1) : undefined;
      look = last ? { at: page.at, after: last } : null;
      if (!last) lookedAt = page.at;
      mustLook = last !== undefined;
    }
    return items;
  }

  async function readOn(): Promise<readonly Item[]> {
    if (mustBegin) return begin();
    const items = mustLook ? await lookOn() : waiting.size > 0 ? await readWaiting() : [];
    if (source.isFull()) missed();
    return items;
  }

  function isDue(): boolean {
    return mustBegin || mustLook || waiting.size > 0;
  }

  async function nextBatch(): Promise<IteratorResult<readonly Item[], undefined>> {
    while (!stopping.signal.aborted) {
      try {
        const batch = await readOn();
        if (batch.length > 0) return { done: false, value: batch };
      } catch (error) {
        caller.telemetry.emit('loop.failed', { loop: source.name, error });
        await caller.clock.sleep(TRY_AGAIN_MS, stopping.signal);
      }
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
        if (stopping.signal.aborted || isDue()) resolve();
      });
    }
    return { done: true, value: undefined };
  }

  try {
    // Saying so is the beginning of a feed that begins with RESYNC.
    if (!source.beginsWithResync) await begin();
  } catch (error) {
    end();
    throw error;
  }
  return makeClosable(nextBatch, end);
}
