import { isJsonObject, type Json } from '../../domain/json.js';
import type { GraphDrawing, GraphDrawingEdge, GraphDrawingNode } from '../../ports/graph-descriptions.js';
import type { Drawable, DrawnEdge, DrawnNode, RunnableGraph } from '../call/runnable-graph.js';
import { toWire } from '../events/wire.js';
import { addForgottenEdges } from './mermaid.js';

/** A graph as LangGraph draws it, with `xray` levels of its subgraphs expanded (-1: all). @throws what LangGraph throws */
export async function drawGraph(graph: Pick<RunnableGraph, 'getGraphAsync'>, { xray }: { xray: number }): Promise<GraphDrawing> {
  const drawable = await graph.getGraphAsync({ xray: xray < 0 ? true : xray });
  const { nodes, edges } = drawable.toJSON();
  // Both lists are in the same order; only one of them has the names.
  const named = Object.values(drawable.nodes);
  const drawn = edges.map(toEdge);
  return {
    nodes: nodes.map((node, index) => toNode(node, named[index])),
    edges: drawn,
    mermaid: addForgottenEdges(drawable.drawMermaid(), drawn),
  };
}

function toNode({ id, type, data }: DrawnNode, named: Drawable['nodes'][string] | undefined): GraphDrawingNode {
  const metadata: Json = toWire(named?.metadata);
  return {
    key: String(id),
    name: named?.name ?? String(id),
    kind: type,
    data: toWire(data),
    metadata: isJsonObject(metadata) ? metadata : null,
  };
}

function toEdge({ source, target, data, conditional }: DrawnEdge): GraphDrawingEdge {
  return {
    source: String(source),
    target: String(target),
    label: typeof data === 'string' ? data : null,
    conditional: conditional ?? false,
  };
}
