import type { Json, JsonObject } from './json.js';
import type { MultitaskStrategy } from './multitask.js';
import type { RunConfig } from './run-config.js';
import type { Durability, StreamMode } from './stream-mode.js';

/** Where a graph goes next without being asked: a node, or a node with an input of its own (LangGraph's Send). */
export interface Goto {
  readonly node: string;
  readonly input?: Json;
}

/** LangGraph's Command: an answer to interrupts, a state update, a jump. Absent keys were not given; `resume: null` was. */
export interface RunCommand {
  readonly resume?: Json;
  /** Object, or [key, value] pairs. */
  readonly update?: Json;
  readonly goto?: readonly Goto[];
}

/** A point in a thread's history. */
export interface CheckpointRef {
  readonly checkpointId: string;
  readonly checkpointNs: string;
  readonly checkpointMap?: JsonObject;
}

/** What a run's creator asked about the run's place among others, its end and who hears of it: it is done elsewhere, and kept to be told. */
export interface RunPlacement {
  readonly multitaskStrategy: MultitaskStrategy;
  readonly ifNotExists: 'CREATE' | 'REJECT';
  readonly onCompletion: 'DELETE' | 'KEEP';
  readonly onDisconnect: 'CANCEL' | 'CONTINUE';
  readonly afterSeconds: number;
  readonly webhook: string | null;
}

/** All creation arguments of a run after defaults and merging: what the executor needs to call the graph, again if it must. */
export interface RunKwargs {
  /** null: continue from the thread's state. */
  readonly input: Json;
  /** Wins over input. */
  readonly command: RunCommand | null;
  /**
   * The interrupts that `command.resume` was given for, by LangGraph's ids: those that waited when it was accepted, empty where a breakpoint
   * did. Absent: none waited, and the active run may still ask.
   */
  readonly answers?: readonly string[];
  /** Assistant's, thread's and run's configs merged, with the ids that LangGraph Platform puts into `configurable`. */
  readonly config: RunConfig;
  /** LangGraph's runtime context; null when none was given. */
  readonly context: Json;
  /** Assistant's and run's metadata merged: LangChain's run metadata. */
  readonly metadata: JsonObject;
  readonly streamModes: readonly StreamMode[];
  readonly streamSubgraphs: boolean;
  readonly streamResumable: boolean;
  readonly checkpoint: CheckpointRef | null;
  /** Node names, or ["*"]. */
  readonly interruptBefore: readonly string[] | null;
  readonly interruptAfter: readonly string[] | null;
  readonly durability: Durability;
  /** Marks that whoever watches may give the run, through a tracer; null: none. */
  readonly feedbackKeys: readonly string[] | null;
  /** Absent: not told of this run. */
  readonly placement?: RunPlacement;
}
