import type { EventDraft } from '../../domain/event.js';
import { isJsonObject } from '../../domain/json.js';
import type { RunKwargs } from '../../domain/run-kwargs.js';
import type { GraphStart } from '../../ports/graphs.js';
import { toWire } from './wire.js';

/** A message, or the next piece of one, as LangGraph holds it; pieces know how to join. */
interface Message {
  readonly id: string;
  readonly concat?: (next: Message) => Message;
}

/**
 * What MESSAGES remembers between chunks: each streamed message so far, which ones were completed in which namespace, and which
 * namespaces have shown their first state.
 */
export interface MessageProgress {
  readonly given: GivenMessages;
  readonly soFar: ReadonlyMap<string, Message>;
  readonly completed: ReadonlySet<string>;
  readonly entered: ReadonlySet<string>;
}

/** The messages that the run itself brought. `everything`: it is not known which of the state's messages were already completed. */
interface GivenMessages {
  readonly everything: boolean;
  readonly ids: ReadonlySet<string>;
  readonly withoutId: number;
}

/**
 * Before the first chunk. A second attempt cannot know which messages its predecessor completed, so it completes all of the state again:
 * once too often is harmless behind its RunMetadataEvent, never is not.
 */
export function startMessages({ start, kwargs }: { start: GraphStart; kwargs: Pick<RunKwargs, 'input' | 'command'> }): MessageProgress {
  const brought = kwargs.command === null ? kwargs.input : (kwargs.command.update ?? null);
  const messages = isJsonObject(brought) ? listMessages(brought) : [];
  const ids = messages.map(idOf).filter((id) => id !== null);
  return {
    given: { everything: start.kind === 'continue', ids: new Set(ids), withoutId: messages.length - ids.length },
    soFar: new Map(),
    completed: new Set(),
    entered: new Set(),
  };
}

/** One step of MESSAGES: the events that a chunk gives, and what to remember for the next. */
export interface MessageStep {
  readonly drafts: readonly EventDraft[];
  readonly progress: MessageProgress;
}

/**
 * A token: METADATA `{id: {metadata}}` when it is the first of its message, then PARTIAL `[message so far]`. Messages that come in one
 * piece have neither: they are completed when they stand in the state.
 */
export function readToken(progress: MessageProgress, namespace: readonly string[], payload: unknown): MessageStep {
  if (!Array.isArray(payload)) return { drafts: [], progress };
  const [chunk, metadata] = payload as unknown[];
  if (!isMessage(chunk) || typeof chunk.concat !== 'function') return { drafts: [], progress };

  const previous = progress.soFar.get(chunk.id);
  const soFar = previous?.concat?.(chunk) ?? chunk;
  const partial: EventDraft = { kind: 'MESSAGES_PARTIAL', namespace, data: [toWire(soFar)] };
  const first: EventDraft = { kind: 'MESSAGES_METADATA', namespace, data: { [chunk.id]: { metadata: toWire(withoutCallTags(metadata)) } } };
  return {
    drafts: previous ? [partial] : [first, partial],
    progress: { ...progress, soFar: new Map(progress.soFar).set(chunk.id, soFar) },
  };
}

/**
 * A state: COMPLETE `[message, …]` with those of its `messages` that were not completed before in this namespace. The first state of a
 * namespace is what its graph was given: nothing in it is new, except at the root what the run's own input or command brought. (LangGraph
 * Platform's JavaScript server completes the whole history there, and nothing at all with subgraphs.)
 */
export function readState(progress: MessageProgress, namespace: readonly string[], payload: unknown): MessageStep {
  const path = namespace.join('|');
  const isFirst = !progress.entered.has(path);
  const known = listMessages(payload).filter(isMessage);
  const fresh = known.filter(({ id }) => !progress.completed.has(`${path} ${id}`));
  const shown = !isFirst ? fresh : namespace.length === 0 ? pickGiven(progress.given, fresh) : [];
  return {
    drafts: shown.length === 0 ? [] : [{ kind: 'MESSAGES_COMPLETE', namespace, data: shown.map(toWire) }],
    progress: {
      ...progress,
      entered: isFirst ? new Set(progress.entered).add(path) : progress.entered,
      completed: fresh.length === 0 ? progress.completed : new Set([...progress.completed, ...fresh.map(({ id }) => `${path} ${id}`)]),
    },
  };
}

/** Those without an id got one from the reducer that appended them, so they stand last. */
function pickGiven({ everything, ids, withoutId }: GivenMessages, messages: readonly Message[]): readonly Message[] {
  if (everything) return messages;
  const others = messages.filter(({ id }) => !ids.has(id));
  const appended = new Set(others.slice(others.length - Math.min(withoutId, others.length)));
  return messages.filter((message) => ids.has(message.id) || appended.has(message));
}

function listMessages(state: unknown): readonly unknown[] {
  if (typeof state !== 'object' || state === null || !('messages' in state)) return [];
  const { messages } = state;
  if (Array.isArray(messages)) return messages;
  return messages === null || messages === undefined ? [] : [messages];
}

function isMessage(value: unknown): value is Message {
  return idOf(value) !== null;
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' && value.id !== '' ? value.id : null;
}

/** LangGraph adds the call's tags and name to the metadata of each token; the platform's METADATA event has neither. */
function withoutCallTags(metadata: unknown): unknown {
  if (!isJsonObject(metadata)) return {};
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'tags' && key !== 'name'));
}
