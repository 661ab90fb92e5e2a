import type { EventDraft, EventKind } from '../domain/event.js';
import { isJsonObject } from '../domain/json.js';

/** What a further attempt tells at its beginning although it stands in the log: the root's state, and the checkpoint that it goes on from. */
export interface BeginningTold {
  readonly values: boolean;
  readonly checkpoint: boolean;
}

/** Leaves the beginning out once. */
export interface BeginningFilter {
  /** Whether the event is part of the beginning and told already; the same is not skipped again. */
  skips(draft: EventDraft): boolean;
  /** The next state belongs to a later step. */
  passValues(): void;
}

export function makeBeginningFilter(told: BeginningTold): BeginningFilter {
  const skipped = new Set<EventKind>([...(told.values ? VALUES : []), ...(told.checkpoint ? CHECKPOINT : [])]);
  return {
    skips: ({ kind, namespace, data }) => {
      if (skipped.size === 0 || namespace.length > 0 || (kind === 'DEBUG' && !isCheckpoint(data))) return false;
      return skipped.delete(kind);
    },
    passValues: () => skipped.delete('VALUES'),
  };
}

const VALUES = ['VALUES'] as const;
const CHECKPOINT = ['CHECKPOINTS', 'DEBUG'] as const;

function isCheckpoint(data: EventDraft['data']): boolean {
  return isJsonObject(data) && data['type'] === 'checkpoint';
}
