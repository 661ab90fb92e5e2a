import type { Run } from './run.js';
import type { ItemPlace, StoreItem } from './store-item.js';
import type { Thread } from './thread.js';

export const CHANGE_KINDS = ['CREATED', 'UPDATED', 'DELETED', 'RESYNC'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What a feed tells of a run; `run` null: DELETED or RESYNC. */
export interface RunChange {
  readonly kind: ChangeKind;
  readonly runId: string | null;
  readonly run: Run | null;
}

/** What a feed tells of a thread; `thread` null: DELETED or RESYNC. */
export interface ThreadChange {
  readonly kind: ChangeKind;
  readonly threadId: string | null;
  readonly thread: Thread | null;
}

/** What a feed tells of a store item; `item` null: DELETED or RESYNC. */
export interface StoreChange {
  readonly kind: ChangeKind;
  /** null: RESYNC. */
  readonly place: ItemPlace | null;
  readonly item: StoreItem | null;
}

/** An object as a feed finds it. */
export interface Found {
  /** Equal exactly while what clients see of it is. */
  readonly version: string;
  /** It was created since the feed began. */
  readonly isNew: boolean;
  /** Whether it is among those that the feed was asked for. */
  readonly matches: boolean;
}

/** What a feed has told of an object: its version, or that it is gone; undefined: nothing. */
export type Told = { readonly version: string } | 'gone' | undefined;

/**
 * What a feed tells next of an object that may have changed; null: nothing. `found` null: the object is gone. Who stops matching is told
 * as DELETED, once; so is an older object of which nothing was told, for the client's list may hold it.
 */
export function decideChange(found: Found | null, told: Told): Exclude<ChangeKind, 'RESYNC'> | null {
  if (!found?.matches) return told === 'gone' || (told === undefined && found?.isNew) ? null : 'DELETED';
  if (told === undefined) return found.isNew ? 'CREATED' : 'UPDATED';
  return told !== 'gone' && told.version === found.version ? null : 'UPDATED';
}
