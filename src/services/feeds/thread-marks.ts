import type { JsonObject } from '../../domain/json.js';
import { resolveAssistantId } from '../assistants/read-assistants.js';

/** What the metadata of a thread contains when the last run put on it was of this graph and this assistant; empty when neither is given. */
export function threadMarks({
  graphId,
  assistantId,
}: {
  graphId?: string | null | undefined;
  assistantId?: string | null | undefined;
}): JsonObject {
  return {
    ...(graphId != null && { graph_id: graphId }),
    ...(assistantId != null && { assistant_id: resolveAssistantId(assistantId) }),
  };
}
