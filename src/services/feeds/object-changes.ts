import { type ChangeKind, decideChange, type Found, type Told } from '../../domain/change.js';
import type { ChangeNoun, SubjectOf } from '../../ports/signals.js';
import type { ChangeSource } from './change-feed.js';

/** Objects that a feed remembers having told of; when there are more it begins anew. */
const TOLD_MAX = 10_000;

/** An object as the store has it. */
export interface FoundObject<Shown> extends Omit<Found, 'isNew'> {
  readonly object: Shown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ObjectChanges<Noun extends ChangeNoun, Shown, Item> {
  readonly name: string;
  readonly noun: Noun;
  /** Reads several objects in one query; those that are gone are absent, and never told of is one that `isOther`: it cannot ever match. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, FoundObject<Shown> | 'other'>>;
  readonly concerns: ChangeSource<Item, Noun>['concerns'];
  readonly beginsWithResync: boolean;
  /** `subject` null: RESYNC, which is about none. */
  toItem(kind: ChangeKind, subject: SubjectOf<Noun> | null, object: Shown | null): Item;
  /** Instead of {@link TOLD_MAX}. */
  readonly toldMax?: number | undefined;
}

/**
 * What a feed of changed objects tells: CREATED, UPDATED or DELETED as {@link decideChange} decides, each change of what clients see once,
 * and RESYNC.
 */
export function makeObjectChanges<Noun extends ChangeNoun, Shown, Item>({
  find,
  toItem,
  toldMax = TOLD_MAX,
  ...feed
}: ObjectChanges<Noun, Shown, Item>): ChangeSource<Item, Noun> {
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

    async read(subjects) {
      const found = await find(subjects.map(({ id }) => id));
      return subjects.flatMap((subject) => {
        const { id } = subject;
        const seen = found.get(id) ?? null;
        if (seen === 'other') return [];
        const kind = decideChange(seen && { ...seen, isNew: seen.createdAt >= beganAt }, told.get(id)?.what);
        if (kind === null) return [];
        const shown = kind === 'DELETED' ? null : seen;
        told.set(id, { what: shown ? { version: shown.version } : 'gone', changedAt: seen?.updatedAt ?? beganAt });
        return [toItem(kind, subject, shown?.object ?? null)];
      });
    },

    knows: (id, changedAt) => (told.get(id)?.changedAt ?? NEVER) >= changedAt,
    isFull: () => told.size > toldMax,
  };
}

const NEVER = new Date(0);
