import type { LogEvent } from '../../domain/event.js';
import type { Interrupt } from '../../domain/interrupt.js';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';
import type { Checkpoint } from '../../domain/thread-state.js';
import { textOr } from '../threads/message.js';
import { interruptsIn, textsIn } from './event-data.js';

export const TASK_PHASES = ['STARTED', 'FINISHED', 'FAILED'] as const;

/** One task at its start or end, as a TASKS event tells it. */
export interface ToldTask {
  readonly phase: (typeof TASK_PHASES)[number];
  readonly taskId: string;
  readonly name: string;
  readonly input: Json;
  readonly triggers: string[];
  readonly result: Json;
  readonly errorMessage: string | null;
  readonly interrupts: Interrupt[];
}

export function taskOf(event: LogEvent): ToldTask {
  return taskIn(objectOr(event.data), event);
}

function taskIn(task: JsonObject, event: LogEvent): ToldTask {
  const taskId = textOr(task['id'], '');
  const errorMessage = errorMessageIn(task['error']);
  return {
    phase: errorMessage !== null ? 'FAILED' : 'result' in task ? 'FINISHED' : 'STARTED',
    taskId,
    name: textOr(task['name'], ''),
    input: task['input'] ?? null,
    triggers: textsIn(task['triggers']),
    result: errorMessage === null ? (task['result'] ?? null) : null,
    errorMessage,
    interrupts: interruptsIn(task['interrupts'], event, taskId),
  };
}

/** A checkpoint, and what was to be done next, as a CHECKPOINTS event tells it. */
export interface ToldCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly values: Json;
  readonly next: string[];
  readonly tasks: (Pick<ToldTask, 'taskId' | 'name' | 'result' | 'errorMessage' | 'interrupts'> & {
    readonly checkpoint: Checkpoint | null;
  })[];
  readonly metadata: JsonObject;
}

/** `checkpointId` is '' while the checkpoint has none: with durability EXIT it gets one when it is written, at the end of the run. */
export function checkpointOf(event: LogEvent): ToldCheckpoint {
  const data = objectOr(event.data);
  const { threadId, namespace } = event;
  const unnamed: Checkpoint = { threadId, checkpointId: '', checkpointNs: namespace.join('|'), checkpointMap: null };
  return {
    checkpoint: placeIn(data['checkpoint'], threadId) ?? unnamed,
    values: data['values'] ?? {},
    next: textsIn(data['next']),
    tasks: listOr(data['tasks']).map((given) => {
      const task = objectOr(given);
      return { ...taskIn(task, event), checkpoint: placeIn(task['checkpoint'], threadId) };
    }),
    metadata: objectOr(data['metadata']),
  };
}

export function debugOf({ data }: LogEvent): { readonly step: number; readonly kind: string; readonly payload: Json } {
  const { step, type, payload } = objectOr(data);
  return { step: typeof step === 'number' ? step : 0, kind: textOr(type, ''), payload: payload ?? {} };
}

/** Null when no checkpoint is named there: of a task's subgraph only the namespace is known. */
function placeIn(given: Json | undefined, threadId: string): Checkpoint | null {
  const { checkpoint_id, checkpoint_ns, checkpoint_map } = objectOr(given);
  if (typeof checkpoint_id !== 'string') return null;
  const checkpointMap = isJsonObject(checkpoint_map) ? checkpoint_map : null;
  return { threadId, checkpointId: checkpoint_id, checkpointNs: textOr(checkpoint_ns, ''), checkpointMap };
}

/** In a task's end the message; in a checkpoint's task `{name, message}`. */
function errorMessageIn(error: Json | undefined): string | null {
  if (error === undefined || error === null) return null;
  return textOr(error, null) ?? textOr(objectOr(error)['message'], null) ?? JSON.stringify(error);
}

function objectOr(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOr(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
