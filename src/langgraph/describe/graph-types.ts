import ts from 'typescript';

/** The types that make up a graph; undefined where it declares none. */
export interface GraphTypes {
  readonly state: ts.Type | undefined;
  readonly input: ts.Type | undefined;
  readonly output: ts.Type | undefined;
  readonly config: ts.Type | undefined;
}

/**
 * The types of the graph in what a file exports, as langgraph/call/runnable-graph.ts finds it at run time: what a factory returns, what a promise
 * holds, what a wrapper has in `graph`, what a builder compiles to. Null when `type` is no graph.
 */
export function findGraphTypes(checker: ts.TypeChecker, type: ts.Type): GraphTypes | null {
  for (const candidate of type.isUnion() ? type.types : [type]) {
    const opened = openType(checker, candidate);
    const compiled = opened && findCompiled(checker, opened);
    if (compiled) return typesOf(checker, compiled);
  }
  return null;
}

/** LangGraph writes a graph's input and output into the type of a property that it never has. */
const INPUT = '~InputType';
const OUTPUT = '~OutputType';

function openType(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  const made = type.getProperty(INPUT) ? undefined : type.getCallSignatures().at(-1)?.getReturnType();
  return checker.getAwaitedType(made ?? type);
}

function findCompiled(checker: ts.TypeChecker, type: ts.Type): ts.Type | null {
  const wrapped = memberOf(checker, type, 'graph');
  if (wrapped?.getProperty(INPUT)) return wrapped;
  if (type.getProperty(INPUT)) return type;
  const compiled = memberOf(checker, type, 'compile')?.getCallSignatures().at(-1)?.getReturnType();
  return compiled?.getProperty(INPUT) ? compiled : null;
}

function typesOf(checker: ts.TypeChecker, compiled: ts.Type): GraphTypes {
  return {
    state: stateOf(checker, compiled),
    input: memberOf(checker, compiled, INPUT),
    output: outputOf(checker, compiled),
    config: configOf(checker, compiled),
  };
}

/** An `entrypoint` has the promise of its output there. */
function outputOf(checker: ts.TypeChecker, compiled: ts.Type): ts.Type | undefined {
  const output = memberOf(checker, compiled, OUTPUT);
  return output && checker.getAwaitedType(output);
}

/** What each node of the builder is called with. */
function stateOf(checker: ts.TypeChecker, compiled: ts.Type): ts.Type | undefined {
  const builder = memberOf(checker, compiled, 'builder');
  const nodes = builder && memberOf(checker, builder, 'nodes');
  const [named] = nodes ? checker.getPropertiesOfType(nodes) : [];
  // Nodes whose names are only known at run time.
  const node = named ? checker.getTypeOfSymbol(named) : nodes && checker.getIndexTypeOfType(nodes, ts.IndexKind.String);
  const runnable = node && memberOf(checker, node, 'runnable');
  return runnable && parameterOf(checker, memberOf(checker, runnable, 'invoke'), 0);
}

/** LangGraph has one type for `context` and `configurable`; one that names no key was not declared. */
function configOf(checker: ts.TypeChecker, compiled: ts.Type): ts.Type | undefined {
  const options = parameterOf(checker, memberOf(checker, compiled, 'invoke'), 1);
  const context = options && memberOf(checker, options, 'context');
  return context && checker.getPropertiesOfType(context).length > 0 ? context : undefined;
}

function memberOf(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type | undefined {
  const symbol = type.getProperty(name);
  return symbol && checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
}

function parameterOf(checker: ts.TypeChecker, method: ts.Type | undefined, index: number): ts.Type | undefined {
  const parameter = method?.getCallSignatures().at(-1)?.parameters[index];
  return parameter && checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
}
