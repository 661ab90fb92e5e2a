import type { Json } from './json.js';

/** The task in whose name LangGraph writes what a command brings. */
export const NULL_TASK = '00000000-0000-0000-0000-000000000000';

/** What stands in a thread that no run holds, as far as an answer to it is concerned. */
export interface Waiting {
  /** The interrupts that wait, by LangGraph's ids, oldest first. */
  readonly interruptIds: readonly string[];
  /** A run stopped before or after a node, and nobody has changed the state since: to go on is all it waits for. */
  readonly isAtBreakpoint: boolean;
  /** Its last run ended in ERROR. */
  readonly hasFailed: boolean;
  /** Nodes that would run next. */
  readonly next: readonly string[];
  /** The latest answer to each interrupt that the resume names, or the latest of all when it names none; newest first. */
  readonly answered: readonly AnsweredInterrupt[];
}

export interface AnsweredInterrupt {
  readonly interruptId: string;
  readonly resolvedAt: Date;
  /** null: a state update answered it. */
  readonly resolvedRunId: string | null;
}

/**
 * The interrupts that a resume names, when it is a map from their ids to answers; null when it is one value for whatever waits. LangGraph's
 * own rule: an object is a map when every key looks like one of its ids (32 lower-case hexadecimal digits), and there is one.
 */
export function namedInterruptIds(resume: Json): readonly string[] | null {
  if (typeof resume !== 'object' || resume === null) return null;
  const keys = Object.keys(resume);
  return keys.length > 0 && keys.every((key) => /^[0-9a-f]{32}$/.test(key)) ? keys : null;
}

/**
 * Why a resume would answer nothing; null when it answers something. One that names several interrupts must name only such as wait. At a
 * breakpoint LangGraph takes one value to go on with, and none that is empty to it (null, false, 0, "").
 * @param givenFor what waited when one value was given, which then answers nothing else; absent: it is for whatever waits
 */
export function findResumeFault(resume: Json, waiting: Waiting, givenFor?: readonly string[]): string | null {
  const named = namedInterruptIds(resume);
  if (named) {
    const strays = named.filter((id) => !waiting.interruptIds.includes(id));
    return strays.length === 0 ? null : `${strays.map((id) => describeStray(id, waiting)).join('; ')}. ${describeWaiting(waiting)}`;
  }
  const others = givenFor ? waiting.interruptIds.filter((id) => !givenFor.includes(id)) : [];
  if (others.length > 0) return describeOthers(others, givenFor ?? [], waiting);
  if (waiting.interruptIds.length > 0) return null;
  if (waiting.isAtBreakpoint && resume && !givenFor?.length) return null;
  const last = waiting.answered[0];
  const fact =
    waiting.isAtBreakpoint && !givenFor?.length
      ? ' (it stands at a breakpoint, where nothing was asked)'
      : last
        ? `: the last one ${toFact(last)}`
        : '';
  return `answers nothing, because no interrupt waits on the thread${fact}. ${wayOut(waiting)}`;
}

function describeOthers(others: readonly string[], givenFor: readonly string[], waiting: Waiting): string {
  const before = givenFor.length > 0 ? `interrupt ${givenFor.join(', ')}` : 'a breakpoint';
  return `was given while ${before} waited, and would answer interrupt ${others.join(', ')} now. ${describeWaiting(waiting)}`;
}

function describeStray(id: string, { answered }: Waiting): string {
  const answer = answered.find(({ interruptId }) => interruptId === id);
  return answer ? `names interrupt ${id}, which ${toFact(answer)}` : `names interrupt ${id}, which the thread never asked`;
}

function toFact({ resolvedAt, resolvedRunId }: AnsweredInterrupt): string {
  return `was answered by ${resolvedRunId === null ? 'a state update' : `run ${resolvedRunId}`} at ${resolvedAt.toISOString()}`;
}

function describeWaiting(waiting: Waiting): string {
  const ids = waiting.interruptIds;
  return ids.length === 0 ? `No interrupt waits. ${wayOut(waiting)}` : `Waiting for an answer: ${ids.join(', ')}.`;
}

function wayOut({ hasFailed, next }: Waiting): string {
  if (hasFailed) return 'To try what failed once more, leave the command out.';
  return next.length > 0 ? `To go on before ${next.join(', ')}, leave the command out.` : 'Start with `input` instead.';
}
