import type { EventDraft } from '../../domain/event.js';
import type { TraceEvent } from './trace-recorder.js';
import { toWire } from './wire.js';

const HIDDEN = 'langsmith:hidden';
const SILENT: readonly string[] = ['nostream', 'langsmith:nostream'];

/**
 * An event of the trace for the log; null for what is hidden, and for tokens that are not to be streamed. The namespace is the path of the
 * graph in whose node it happened, as for tokens: [] for everything when subgraphs are not streamed.
 */
export function toTraceDraft(event: TraceEvent, { subgraphs }: { readonly subgraphs: boolean }): EventDraft | null {
  if (event.tags.includes(HIDDEN)) return null;
  if (isToken(event) && event.tags.some((tag) => SILENT.includes(tag))) return null;
  const path = event.metadata['langgraph_checkpoint_ns'];
  const namespace = subgraphs && typeof path === 'string' ? path.split('|').slice(0, -1) : [];
  return { kind: 'EVENTS', namespace, data: toWire(event) };
}

function isToken({ event }: TraceEvent): boolean {
  return event === 'on_chat_model_stream' || event === 'on_llm_stream';
}
