import type { CheckpointPendingWrite, CheckpointTuple } from '@langchain/langgraph-checkpoint';
import { isJsonObject, type Json } from '../../domain/json.js';
import { NULL_TASK } from '../../domain/resume.js';
import { toWire } from '../events/wire.js';

/** An interrupt as a task left it in its thread's newest checkpoint. */
export interface TaskInterrupt {
  readonly taskId: string;
  readonly interruptId: string;
  readonly value: Json;
}

/** What a task writes without having finished. */
const UNFINISHED: ReadonlySet<string> = new Set(['__error__', '__error_source_node__', '__interrupt__', '__resume__', '__scheduled__']);

/**
 * The interrupts that wait: those whose task has not finished and for which no answer was written since. LangGraph keeps the earlier
 * interrupts and answers of a step beside the later ones, all interrupts of a task have the same id, and a subgraph does not tell its parent
 * what it did with an answer: so only the order of arrival, in which `pendingWrites` must stand, tells the answered ones.
 * The answer to one of several goes to its id, else to all.
 */
export function findPendingInterrupts({ pendingWrites = [] }: Pick<CheckpointTuple, 'pendingWrites'>): readonly TaskInterrupt[] {
  const finished = new Set(pendingWrites.filter(([, channel]) => !UNFINISHED.has(channel)).map(([taskId]) => taskId));
  return pendingWrites.flatMap(([taskId, channel, value], index) => {
    if (channel !== '__interrupt__' || finished.has(taskId)) return [];
    const interrupt = toTaskInterrupt(taskId, value);
    return isAnswered(interrupt, pendingWrites.slice(index + 1)) ? [] : [interrupt];
  });
}

/** All that was asked, answered or not. */
export function findInterrupts({ pendingWrites = [] }: Pick<CheckpointTuple, 'pendingWrites'>): readonly TaskInterrupt[] {
  return pendingWrites.flatMap(([taskId, channel, value]) => (channel === '__interrupt__' ? [toTaskInterrupt(taskId, value)] : []));
}

function isAnswered({ interruptId }: TaskInterrupt, later: readonly CheckpointPendingWrite[]): boolean {
  return later.some(([taskId, channel]) => channel === '__resume__' && (taskId === NULL_TASK || taskId === interruptId));
}

/** What a task wrote when it asked. */
export function toTaskInterrupt(taskId: string, written: unknown): TaskInterrupt {
  const { id, value } = isJsonObject(written) ? (written as { id?: unknown; value?: unknown }) : { value: written };
  return { taskId, interruptId: typeof id === 'string' ? id : taskId, value: toWire(value) };
}
