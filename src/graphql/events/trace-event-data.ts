import type { LogEvent } from '../../domain/event.js';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';
import { textOr } from '../threads/message.js';
import { textsIn } from './event-data.js';

/** An EVENTS event: what one runnable did. */
export interface ToldTrace {
  readonly event: string;
  readonly name: string;
  readonly tags: string[];
  readonly metadata: JsonObject;
  /** Its input, output or chunk. */
  readonly value: Json;
}

export function traceOf({ data }: LogEvent): ToldTrace {
  const told = isJsonObject(data) ? data : {};
  return {
    event: textOr(told['event'], ''),
    name: textOr(told['name'], ''),
    tags: textsIn(told['tags']),
    metadata: isJsonObject(told['metadata']) ? told['metadata'] : {},
    value: told['data'] ?? null,
  };
}

export const TOOL_PHASES = ['STARTED', 'DELTA', 'FINISHED', 'FAILED'] as const;
type ToolPhase = (typeof TOOL_PHASES)[number];

/** LangGraph's word for what a tool did, the phase that it means, and where its value stands. */
const TOOL_EVENTS: Readonly<Record<string, { readonly phase: ToolPhase; readonly key: string }>> = {
  on_tool_start: { phase: 'STARTED', key: 'input' },
  on_tool_event: { phase: 'DELTA', key: 'data' },
  on_tool_end: { phase: 'FINISHED', key: 'output' },
  on_tool_error: { phase: 'FAILED', key: 'error' },
};

/** A TOOLS event: one call of a tool. */
export interface ToldTool {
  readonly phase: ToolPhase;
  readonly callId: string | null;
  readonly name: string;
  /** Its input, a piece of its output, its output, or `{name, message}` of what it threw. */
  readonly value: Json;
}

export function toolOf({ data }: LogEvent): ToldTool {
  const told = isJsonObject(data) ? data : {};
  const word = textOr(told['event'], '');
  const found = Object.hasOwn(TOOL_EVENTS, word) ? TOOL_EVENTS[word] : undefined;
  if (!found) throw new Error(`A TOOLS event tells of no tool, but ${JSON.stringify(data)}.`);
  return {
    phase: found.phase,
    callId: textOr(told['toolCallId'], null),
    name: textOr(told['name'], ''),
    value: told[found.key] ?? null,
  };
}
