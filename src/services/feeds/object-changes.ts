import { type ChangeKind, decideChange, type Found, type Told } from '../../domain/change.js';
import type { ChangeNoun } from '../../ports/signals.js';
import type { ChangeSource } from './change-feed.js';

/** Objects that a feed remembers having told of; when there are more it begins anew. */
const TOLD_MAX = 10_000;

/** An object as the store has it. */
export interface FoundObject<Noun> extends Omit<Found, 'isNew'> {
  readonly object: Noun;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ObjectChanges<Noun, Item> {
  readonly name: string;
  readonly noun: ChangeNoun;
  /** Reads several objects in one query; those that are gone are absent, and never told of is one that `isOther`: it cannot ever match. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, FoundObject<Noun> | 'other'>>;
  readonly concerns: ChangeSource<Item>['concerns'];
  toItem(kind: ChangeKind, id: string | null, object: Noun | null): Item;
  /** Instead of {@link TOLD_MAX}. */
  readonly toldMax?: number | undefined;
}

/**
 * What a feed of changed objects tells: CREATED, UPDATED or DELETED as {@link decideChange} decides, each change of what clients see once,
 * and RESYNC.
 */
export function makeObjectChanges<Noun, Item>({
  find,
  toItem,
  toldMax = TOLD_MAX,
  ...feed
}: ObjectChanges<Noun, Item>): ChangeSource<Item> {
  const told = new Map<string, { readonly what: Told; readonly changedAt: Date }>();
  let beganAt = new Date(0);

  return {
    ...feed,
    resync: toItem('RESYNC', null, null),

    begin({ at }) {
      told.clear();
      beganAt = at;
      return Promise.resolve();
    },

    async read(ids) {
      const found = await find(ids);
      return ids.flatMap((id) => {
        const seen = found.get(id) ?? null;
        if (seen === 'other') return [];
        const kind = decideChange(seen && { ...seen, isNew: seen.createdAt >= beganAt }, told.get(id)?.what);
        if (kind === null) return [];
        const shown = kind === 'DELETED' ? null : seen;
        told.set(id, { what: shown ? { version: shown.version } : 'gone', changedAt: seen?.updatedAt ?? beganAt });
        return [toItem(kind, id, shown?.object ?? null)];
      });
    },

    knows: (id, changedAt) => (told.get(id)?.changedAt ?? NEVER) >= changedAt,
    isFull: () => told.size > toldMax,
  };
}

const NEVER = new Date(0);
