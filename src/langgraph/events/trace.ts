import type { EventDraft } from '../../domain/event.js';
import type { GraphCall } from '../../ports/graphs.js';
import type { RootStream } from '../call/root-stream.js';
import { toTraceDraft } from './to-trace-draft.js';
import { type TraceEvent, TraceRecorder } from './trace-recorder.js';

/** Travels through the root stream: the trace had so many events when it was put there. */
export class TraceMark {
  constructor(readonly count: number) {}
}

/** What LangChain tells of one call of a graph, to be read in its place among LangGraph's chunks. */
export interface Trace {
  /** The callback handler of the call. */
  readonly handler: TraceRecorder;
  /** The events before a mark that were not taken yet; without a mark, all of them. */
  take(mark?: TraceMark): readonly EventDraft[];
}

/** `input`: what the graph is called with. It stands in the first event as it is; nothing repeats it in the last. */
export function makeTrace(root: RootStream, { fence: { runId }, kwargs }: GraphCall, input: unknown): Trace {
  const waiting: EventDraft[] = [];
  let count = 0;
  let isFirst = true;
  // What comes before the stream is open, or after it was closed, waits for the next mark or the end.
  const mark = (): unknown => root.write(new TraceMark(count));
  root.onOpen(mark);

  /** At once, not when it is read: messages get their ids, and states change, after they were told. */
  function tell(event: TraceEvent): void {
    const told = event.run_id === runId ? toRootEvent(event, input, isFirst) : event;
    isFirst = false;
    const draft = toTraceDraft(told, { subgraphs: kwargs.streamSubgraphs });
    if (!draft) return;
    waiting.push(draft);
    count += 1;
    mark();
  }

  return {
    handler: new TraceRecorder(tell),
    take: (upTo) => waiting.splice(0, upTo ? Math.max(0, waiting.length - (count - upTo.count)) : waiting.length),
  };
}

function toRootEvent(event: TraceEvent, input: unknown, isFirst: boolean): TraceEvent {
  if (isFirst) return { ...event, data: { input } };
  const { input: _given, ...data } = event.data as { readonly input?: unknown };
  return event.event.endsWith('_end') ? { ...event, data } : event;
}
