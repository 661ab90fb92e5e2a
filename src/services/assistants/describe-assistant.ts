import type { Assistant } from '../../domain/assistant.js';
import { badUserInput } from '../../domain/errors.js';
import type { GraphDrawing, GraphSchemas, Subgraph } from '../../ports/graph-descriptions.js';
import type { Caller } from '../caller.js';

export type { GraphDrawing, GraphDrawingEdge, GraphDrawingNode, GraphSchemas, Subgraph } from '../../ports/graph-descriptions.js';

/** The nodes and edges of an assistant's graph. @throws GRAPH_NOT_FOUND, BAD_USER_INPUT */
export function drawAssistantGraph({ descriptions }: Caller, assistant: Assistant, { xray }: { xray: number }): Promise<GraphDrawing> {
  if (xray < -1) throw badUserInput('`xray` must be -1 (all) or more.', [{ path: ['xray'], message: 'must be -1 (all) or more' }]);
  return descriptions.draw(assistant, { xray });
}

/** The schemas of an assistant's graph; null where they cannot be told. Never throws. */
export function findAssistantSchemas({ descriptions }: Caller, assistant: Assistant): Promise<GraphSchemas> {
  return descriptions.describe(assistant);
}

export interface SubgraphList {
  readonly namespace: string | null;
  readonly recurse: boolean;
}

/** The graphs in an assistant's graph. @throws GRAPH_NOT_FOUND, BAD_USER_INPUT */
export function listAssistantSubgraphs({ descriptions }: Caller, assistant: Assistant, list: SubgraphList): Promise<readonly Subgraph[]> {
  return descriptions.listSubgraphs(assistant, list);
}
