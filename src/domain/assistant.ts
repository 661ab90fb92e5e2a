import type { Json, JsonObject } from './json.js';
import type { RunConfig } from './run-config.js';

/** What one version of an assistant holds. */
export interface AssistantContent {
  readonly graphId: string;
  readonly name: string;
  readonly description: string | null;
  readonly config: RunConfig;
  readonly context: Json;
  readonly metadata: JsonObject;
}

/** One graph with a name, a configuration and a context: the content of the version that is live. */
export interface Assistant extends AssistantContent {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One that was live once, or is. Versions count 1, 2, 3, …; none changes, and none goes before its assistant. */
export interface AssistantVersion extends AssistantContent {
  readonly assistantId: string;
  readonly version: number;
  readonly createdAt: Date;
}
