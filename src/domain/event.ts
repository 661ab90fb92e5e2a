import type { Json } from './json.js';
import type { StreamMode } from './stream-mode.js';

/** What a row of the log is. The last three belong to the thread's feed and never appear among a run's events. */
export const EVENT_KINDS = [
  'METADATA',
  'VALUES',
  'UPDATES',
  'MESSAGES_TUPLE',
  'MESSAGES_METADATA',
  'MESSAGES_PARTIAL',
  'MESSAGES_COMPLETE',
  'TASKS',
  'CHECKPOINTS',
  'DEBUG',
  'CUSTOM',
  'EVENTS',
  'TOOLS',
  'FEEDBACK',
  'ERROR',
  'END',
  'RUN_STATUS',
  'THREAD_STATUS',
  'THREAD_STATE',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** An event before it has a place in the log. */
export interface EventDraft {
  readonly kind: EventKind;
  /** Subgraph path (`["node:task id"]`), [] at the root. */
  readonly namespace: readonly string[];
  /** What LangGraph emitted, in its wire form; null when it emitted null. */
  readonly data: Json;
}

/** A committed row of a thread's log. `seq` counts 1, 2, 3, … per thread without a gap. */
export interface LogEvent extends EventDraft {
  readonly threadId: string;
  readonly seq: number;
  readonly runId: string | null;
  readonly attempt: number | null;
  readonly resumesAfterSeq: number | null;
  readonly createdAt: Date;
}

/** The mode that a run must stream for an event of this kind to appear; null for those that always pass. */
const MODE_OF_KIND: Record<Exclude<EventKind, ThreadEventKind>, StreamMode | null> = {
  METADATA: null,
  VALUES: 'VALUES',
  UPDATES: 'UPDATES',
  MESSAGES_TUPLE: 'MESSAGES_TUPLE',
  MESSAGES_METADATA: 'MESSAGES',
  MESSAGES_PARTIAL: 'MESSAGES',
  MESSAGES_COMPLETE: 'MESSAGES',
  TASKS: 'TASKS',
  CHECKPOINTS: 'CHECKPOINTS',
  DEBUG: 'DEBUG',
  CUSTOM: 'CUSTOM',
  EVENTS: 'EVENTS',
  TOOLS: 'TOOLS',
  FEEDBACK: null,
  ERROR: null,
  END: null,
};
type ThreadEventKind = 'RUN_STATUS' | 'THREAD_STATUS' | 'THREAD_STATE';

/** What a reader of a run's events asked for. `modes` null: all that the run streams. */
export interface EventFilter {
  readonly modes: readonly StreamMode[] | null;
  /** false: root events only. */
  readonly subgraphs: boolean;
}

/** The kinds that pass `filter`: replay and live both go through this, so replay(filter) equals live(filter). */
export function kindsPassing(filter: EventFilter): readonly EventKind[] {
  return RUN_EVENT_KINDS.filter((kind) => {
    const mode = MODE_OF_KIND[kind];
    return mode === null || filter.modes === null || filter.modes.includes(mode);
  });
}

/** Whether one event of a run passes `filter`. Those that belong to no mode (metadata, feedback, error, end) always do. */
export function passesFilter(event: Pick<LogEvent, 'kind' | 'namespace'>, filter: EventFilter): boolean {
  if (isThreadEventKind(event.kind)) return false;
  const mode = MODE_OF_KIND[event.kind];
  if (mode === null) return true;
  return (filter.modes === null || filter.modes.includes(mode)) && (filter.subgraphs || event.namespace.length === 0);
}

/** As {@link kindsPassing}, in a whole thread's log: its own kinds always pass too. */
export function threadKindsPassing(filter: EventFilter): readonly EventKind[] {
  return [...kindsPassing(filter), ...EVENT_KINDS.filter(isThreadEventKind)];
}

/** As {@link passesFilter}, in a whole thread's log: the thread's own events always pass too. */
export function passesThreadFilter(event: Pick<LogEvent, 'kind' | 'namespace'>, filter: EventFilter): boolean {
  return isThreadEventKind(event.kind) || passesFilter(event, filter);
}

const RUN_EVENT_KINDS = EVENT_KINDS.filter((kind) => !isThreadEventKind(kind)) as readonly Exclude<EventKind, ThreadEventKind>[];

/** The kinds of which a filter may leave out what subgraphs emitted. */
export const KINDS_OF_MODES: readonly EventKind[] = RUN_EVENT_KINDS.filter((kind) => MODE_OF_KIND[kind] !== null);

export function isThreadEventKind(kind: EventKind): kind is ThreadEventKind {
  return kind === 'RUN_STATUS' || kind === 'THREAD_STATUS' || kind === 'THREAD_STATE';
}
