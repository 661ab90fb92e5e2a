import ts from 'typescript';
import { findGraphTypes, type GraphTypes } from './graph-types.js';

/** Graphs in graphs in graphs: deeper ones are not looked for. */
const DEPTH_MAX = 8;

/**
 * The graphs that a graph's source puts into its nodes, by their paths (`outer|inner`): the arguments of `addNode`, wherever in the file of
 * the builder they stand. `start` is the declaration of the graph.
 */
export function findSubgraphTypes(checker: ts.TypeChecker, start: ts.Node): Map<string, GraphTypes> {
  const found = new Map<string, GraphTypes>();
  search(start, []);
  return found;

  function search(node: ts.Node, path: readonly string[]): void {
    if (path.length >= DEPTH_MAX) return;
    for (const { name, action } of listNodes(checker, node)) {
      const type = checker.getTypeAtLocation(action);
      // A function in a node is called, not searched: LangGraph does not look into it either.
      const types = type.getCallSignatures().length > 0 ? null : findGraphTypes(checker, type);
      if (!types) continue;
      const inner = [...path, name];
      found.set(inner.join('|'), types);
      search(action, inner);
    }
  }
}

interface AddedNode {
  readonly name: string;
  readonly action: ts.Expression;
}

/** Every `addNode` on the way from a graph back to its builder, and every one that the builder's file calls on the builder's variable. */
function listNodes(checker: ts.TypeChecker, start: ts.Node): AddedNode[] {
  const nodes: AddedNode[] = [];
  const seen = new Set<ts.Node>();
  follow(start);
  return nodes;

  function follow(node: ts.Node | undefined): void {
    if (!node || seen.has(node)) return;
    seen.add(node);
    if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node)) return follow(node.initializer);
    if (ts.isExportAssignment(node)) return follow(node.expression);
    if (ts.isFunctionLike(node)) return followResults(node as ts.FunctionLikeDeclaration);
    if (ts.isIdentifier(node)) return followName(node);
    if (ts.isCallExpression(node)) return followCall(node);
    if (isWrapped(node)) return follow(node.expression);
  }

  function followCall(call: ts.CallExpression): void {
    if (!ts.isPropertyAccessExpression(call.expression)) return follow(call.expression);
    if (call.expression.name.text === 'addNode') nodes.push(...readAddNode(call.arguments));
    follow(call.expression.expression);
  }

  function followName(name: ts.Identifier): void {
    const symbol = resolve(checker, name);
    const declaration = symbol?.declarations?.[0];
    if (!symbol || !declaration) return;
    follow(declaration);
    for (const call of callsOn(symbol, declaration.getSourceFile())) follow(call);
  }

  /** Statements such as `builder.addNode(…).addEdge(…);`. */
  function callsOn(symbol: ts.Symbol, file: ts.SourceFile): ts.CallExpression[] {
    const calls: ts.CallExpression[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
        const root = rootOf(node.expression);
        if (ts.isIdentifier(root) && resolve(checker, root) === symbol) calls.push(node.expression);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return calls;
  }

  function followResults({ body }: ts.FunctionLikeDeclaration): void {
    if (!body) return;
    if (!ts.isBlock(body)) return follow(body);
    const visit = (node: ts.Node): void => {
      if (ts.isReturnStatement(node)) follow(node.expression);
      else if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
    };
    visit(body);
  }
}

/** The name's own symbol, not the import or export it came through. */
function resolve(checker: ts.TypeChecker, name: ts.Identifier): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(name);
  return symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
}

/** What a chain of calls begins with. */
function rootOf(node: ts.Expression): ts.Expression {
  return ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) ? rootOf(node.expression) : node;
}

function isWrapped(node: ts.Node): node is ts.Node & { readonly expression: ts.Expression } {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isPropertyAccessExpression(node)
  );
}

/** `addNode('name', action)`: its other forms do not take graphs. */
function readAddNode([name, action]: readonly ts.Expression[]): AddedNode[] {
  return name && action && ts.isStringLiteralLike(name) ? [{ name: name.text, action }] : [];
}
