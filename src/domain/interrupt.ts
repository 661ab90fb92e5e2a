import type { Json } from './json.js';

/** One question a graph asked a human. `interruptId` is LangGraph's and can stand in a copied thread too; `resolvedAt` null: it waits; `createdAt` null: unknown. */
export interface Interrupt {
  readonly interruptId: string;
  readonly threadId: string;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly namespace: readonly string[];
  readonly value: Json;
  readonly createdAt: Date | null;
  readonly resolvedAt: Date | null;
}
