import type { ItemPlace } from '../domain/store-item.js';

/**
 * What a signal may be about. `queue`: a run may have become claimable. `cancels`: a run that is being executed may have to stop.
 * `crons`: the next fire time may have changed. `deliveries`: a webhook call may be due.
 * `thread:<id>`: that thread's log grew, or went. `run:<id>`: that run ended.
 */
export type Topic = 'queue' | 'cancels' | 'crons' | 'deliveries' | `thread:${string}` | `run:${string}`;

/** An object that is new, another than before, or gone. */
export type Change = Subject & { readonly tenantId: string };

/** Which object: its id, and what stays known of it when it is gone. */
export type Subject = { [Noun in ChangeNoun]: SubjectOf<Noun> }[ChangeNoun];

export type SubjectOf<Noun extends ChangeNoun> = { readonly noun: Noun; readonly id: string } & SubjectFacts[Noun];

export type ChangeNoun = keyof SubjectFacts;

interface SubjectFacts {
  /** `threadId`: its own id. */
  readonly thread: { readonly threadId: string };
  /** `threadId`: the thread it belongs to. */
  readonly run: { readonly threadId: string };
  readonly storeItem: ItemPlace;
}

/** Neither function may throw. */
export interface ChangeListener {
  changed(change: Change): void;
  /** Changes may have been missed: look at everything. */
  missed(): void;
}

/**
 * Wake-up calls between whoever committed and whoever waits. A signal carries no news: it may be lost, merged or late, and nothing
 * but latency suffers; so whoever is woken reads the database.
 */
export interface Signals {
  /** Call after the commit. */
  notify(topic: Topic): void;
  /** Calls `wake` after each notify until the returned function is called. `wake` must not throw. */
  listen(topic: Topic, wake: () => void): () => void;
  /** Call after the commit. */
  notifyChange(change: Change): void;
  /** Tells of the changes of one tenant's objects until the returned function is called. */
  listenChanges(tenantId: string, listener: ChangeListener): () => void;
}
