import type { LogEvent } from '../../domain/event.js';
import type { Interrupt } from '../../domain/interrupt.js';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';
import { RUN_STATUSES, type RunError, type RunStatus } from '../../domain/run.js';
import { messageIn, textOr, type Message } from '../threads/message.js';

/** The key under which LangGraph puts what a pause waits for, beside channels or nodes. */
const INTERRUPTS = '__interrupt__';
/** The key under which it says that a task's update comes from an earlier attempt. */
const ABOUT = '__metadata__';

/** The state that a VALUES event tells, without what a pause adds. */
export function valuesOf({ data }: LogEvent): JsonObject | Json {
  return isJsonObject(data) ? withoutInterrupts(data) : (data ?? {});
}

/** Node by node what an UPDATES event tells, without what a pause, or a task that had finished before, adds. */
export function updatesOf({ data }: LogEvent): { readonly node: string; readonly values: Json }[] {
  if (!isJsonObject(data)) return [];
  const { [INTERRUPTS]: _waiting, [ABOUT]: _about, ...updates } = data;
  return Object.entries(updates).map(([node, values]) => ({ node, values }));
}

/** What waits, in an event of a pause. */
export function interruptsOf(event: LogEvent): Interrupt[] {
  return interruptsIn(isJsonObject(event.data) ? event.data[INTERRUPTS] : null, event, null);
}

/** A list of interrupts that an event tells. */
export function interruptsIn(
  list: Json | undefined,
  { threadId, runId, namespace, createdAt }: LogEvent,
  taskId: string | null,
): Interrupt[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly Json[]).filter(isJsonObject).map((interrupt) => ({
    interruptId: textOr(interrupt['id'], textOr(interrupt['interrupt_id'], '')),
    value: interrupt['value'] ?? null,
    threadId,
    runId,
    taskId,
    namespace,
    createdAt,
    resolvedAt: null,
  }));
}

/** A MESSAGES_TUPLE event: one chunk and what LangGraph says about where it comes from. */
export function chunkOf({ data }: LogEvent): { readonly message: Message; readonly metadata: JsonObject } {
  const [message, metadata] = Array.isArray(data) ? (data as readonly Json[]) : [];
  return { message: messageIn(message ?? null), metadata: isJsonObject(metadata) ? metadata : {} };
}

export function errorOf({ data }: LogEvent): RunError {
  const error = isJsonObject(data) ? data : {};
  return { name: textOr(error['error'], 'Error'), message: textOr(error['message'], '') };
}

export function endStatusOf({ data }: LogEvent): RunStatus {
  const status = isJsonObject(data) ? textOr(data['status'], '').toUpperCase() : '';
  const found = RUN_STATUSES.find((known) => known === status);
  if (!found) throw new Error(`An END event holds no run status, but ${JSON.stringify(data)}.`);
  return found;
}

function withoutInterrupts(data: JsonObject): JsonObject {
  if (!Object.hasOwn(data, INTERRUPTS)) return data;
  const { [INTERRUPTS]: _waiting, ...rest } = data;
  return rest;
}

/** The texts of a list. */
export function textsIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
}
