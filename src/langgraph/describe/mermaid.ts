import type { GraphDrawingEdge } from '../../ports/graph-descriptions.js';

/**
 * LangChain's Mermaid text of these edges, with those that it forgets. It draws a subgraph (`outer:deep`) when it comes to it from its
 * parent (`outer`), and to a parent only when that has an edge of its own: each such parent is added, as a block with all that is below it.
 */
export function addForgottenEdges(mermaid: string, edges: readonly GraphDrawingEdge[]): string {
  const groups = groupByPath(edges);
  const paths = new Set([...groups.keys()].flatMap(pathsTo));
  const isDrawn = (path: string): boolean => pathsTo(path).every((step) => groups.has(step));
  const forgotten = [...paths].filter((path) => !groups.has(path) && isDrawn(parentOf(path)));
  return forgotten.reduce((lines, path) => insertBelow(lines, parentOf(path), drawBlock(path)), mermaid.split('\n')).join('\n');

  function drawBlock(path: string): string[] {
    const inner = [...paths].filter((other) => other !== '' && parentOf(other) === path);
    return [`\tsubgraph ${nameOf(path)}`, ...inner.flatMap(drawBlock), ...(groups.get(path) ?? []).map(drawEdge), '\tend'];
  }
}

/** By the subgraph that both ends are in; `''` is the graph itself. */
function groupByPath(edges: readonly GraphDrawingEdge[]): Map<string, GraphDrawingEdge[]> {
  const groups = new Map<string, GraphDrawingEdge[]>();
  for (const edge of edges) {
    const target = edge.target.split(':');
    const path = edge.source
      .split(':')
      .filter((name, index) => name === target[index])
      .join(':');
    groups.set(path, [...(groups.get(path) ?? []), edge]);
  }
  return groups;
}

/** `a:b:c` → `a`, `a:b`, `a:b:c`. */
function pathsTo(path: string): string[] {
  const names = path === '' ? [] : path.split(':');
  return names.map((_name, index) => names.slice(0, index + 1).join(':'));
}

function parentOf(path: string): string {
  return path.split(':').slice(0, -1).join(':');
}

function nameOf(path: string): string {
  return path.split(':').at(-1) ?? path;
}

function insertBelow(lines: readonly string[], parent: string, block: readonly string[]): string[] {
  const styles = lines.findIndex((line) => line.startsWith('\tclassDef '));
  const at = parent === '' ? styles : pathsTo(parent).reduce((from, path) => lines.indexOf(`\tsubgraph ${nameOf(path)}`, from) + 1, 0);
  return [...lines.slice(0, at), ...block, ...lines.slice(at)];
}

function drawEdge({ source, target, label, conditional }: GraphDrawingEdge): string {
  const [line, arrow] = conditional ? ['-.', '.->'] : ['--', '-->'];
  const drawn = label === null ? (conditional ? '-.->' : '-->') : `${line} &nbsp;${label}&nbsp; ${arrow}`;
  return `\t${toId(source)} ${drawn} ${toId(target)};`;
}

/** As LangChain writes a key as Mermaid's id. */
function toId(key: string): string {
  return key.replaceAll(/[^a-zA-Z-_0-9]/g, '_');
}
