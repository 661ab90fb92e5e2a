import { badUserInput } from './errors.js';
import type { Json, JsonObject } from './json.js';
import { isUuid } from './uuid.js';

/** Where a checkpoint stands: `checkpointNs` is '' for the root graph, else `node:task id`, nested ones joined by `|`. */
export interface Checkpoint {
  readonly threadId: string;
  readonly checkpointId: string;
  readonly checkpointNs: string;
  /** Of a subgraph's checkpoint: namespace → checkpoint id of it and of the graphs around it. */
  readonly checkpointMap: JsonObject | null;
}

/** An interrupt as a checkpoint holds it, answered or not. */
export interface StateInterrupt {
  readonly interruptId: string;
  readonly value: Json;
  readonly taskId: string | null;
  readonly namespace: readonly string[];
}

/** A node that would run next, and what is known of its running. */
export interface ThreadTask {
  readonly taskId: string;
  readonly name: string;
  /** null: it has not finished. */
  readonly result: Json;
  readonly errorMessage: string | null;
  readonly interrupts: readonly StateInterrupt[];
  /** Newest checkpoint of the subgraph that the node is; null: it is none, or has not begun. */
  readonly checkpoint: Checkpoint | null;
  /** The subgraph's state, when it was asked for. */
  readonly state: ThreadState | null;
}

/** What a thread held at one checkpoint, as its graph reads it; messages in their flattened wire form. */
export interface ThreadState {
  readonly checkpoint: Checkpoint;
  readonly parentCheckpoint: Checkpoint | null;
  readonly values: Json;
  /** Nodes that would run next; empty = waiting for input. */
  readonly next: readonly string[];
  readonly tasks: readonly ThreadTask[];
  /** Those that wait; `tasks` also list answered ones. */
  readonly interrupts: readonly StateInterrupt[];
  readonly metadata: JsonObject;
  readonly createdAt: Date | null;
}

/** A checkpoint as a client names it. */
export interface CheckpointChoice {
  readonly checkpointId?: string | null;
  readonly checkpointNs?: string | null;
  readonly checkpointMap?: JsonObject | null;
}

/** A place in a thread's history; `checkpointId` null: the newest of its namespace. */
export interface StatePlace {
  readonly checkpointId: string | null;
  readonly checkpointNs: string;
}

/** The place that a client means: the id may also stand in the map, by namespace. BAD_USER_INPUT when it is no UUID. */
export function decideStatePlace(given: CheckpointChoice | null | undefined, path: readonly string[]): StatePlace {
  const checkpointNs = given?.checkpointNs ?? '';
  const mapped = given?.checkpointMap && Object.hasOwn(given.checkpointMap, checkpointNs) ? given.checkpointMap[checkpointNs] : null;
  const checkpointId = given?.checkpointId ?? mapped ?? null;
  if (checkpointId === null) return { checkpointId, checkpointNs };
  if (typeof checkpointId !== 'string' || !isUuid(checkpointId)) {
    const issue = { path: [...path, 'checkpointId'], message: 'must be a UUID' };
    throw badUserInput(`\`${issue.path.join('.')}\` must be a UUID.`, [issue]);
  }
  return { checkpointId: checkpointId.toLowerCase(), checkpointNs };
}
