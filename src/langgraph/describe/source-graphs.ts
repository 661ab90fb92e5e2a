import { basename, dirname } from 'node:path';
import ts from 'typescript';
import { findGraphTypes, type GraphTypes } from './graph-types.js';
import { findSubgraphTypes } from './source-subgraphs.js';
import type { ToldSchemas } from './told-schemas.js';
import { toSchema } from './type-schema.js';

/** A graph's place in its project's source. */
export interface SourceSpec {
  /** Absolute. */
  readonly file: string;
  readonly exportName: string;
}

/** The schemas of a graph (`''`) and of the graphs in its nodes, by their paths. */
export type SourceSchemas = Readonly<Record<string, ToldSchemas>>;

/**
 * The compiler's view of several files of one project, as its tsconfig.json says; strict, because only then it is known what may be null.
 * Takes seconds, and 300 MB.
 */
export function openSource(files: readonly string[], configFile: string | undefined): ts.Program {
  return ts.createProgram({ rootNames: files, options: { ...readOptions(files, configFile), ...OWN_OPTIONS } });
}

/** Which tsconfig.json a file belongs to; undefined when there is none above it. */
export function findConfigFile(file: string): string | undefined {
  return ts.findConfigFile(dirname(file), (path) => ts.sys.fileExists(path));
}

const OWN_OPTIONS: ts.CompilerOptions = { noEmit: true, strict: true, skipLibCheck: true, composite: false, incremental: false };

/** What tsx assumes too; without `types` every package of types that lies around would be read. */
const DEFAULT_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  esModuleInterop: true,
  types: ['node'],
};

function readOptions(files: readonly string[], configFile: string | undefined): ts.CompilerOptions {
  if (configFile === undefined) return DEFAULT_OPTIONS;
  const { config } = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path)) as { config?: object };
  // Only these files: looking for all of the project's would read its whole folder.
  const own = { ...config, files, include: [], references: [] };
  return ts.parseJsonConfigFileContent(own, ts.sys, dirname(configFile), undefined, basename(configFile)).options;
}

/** Reads one graph's types. @throws TypeError saying why they cannot be told */
export function readSourceSchemas(program: ts.Program, { file, exportName }: SourceSpec): SourceSchemas {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module && checker.tryGetMemberInModuleExports(exportName, module);
  if (!exported) throw new TypeError(`${file} exports no \`${exportName}\` that the compiler can see.`);
  const symbol = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
  const types = findGraphTypes(checker, checker.getTypeOfSymbol(symbol));
  if (!types)
    throw new TypeError(`The type of \`${exportName}\` of ${file} is no graph: ${checker.typeToString(checker.getTypeOfSymbol(symbol))}.`);
  const [declaration] = symbol.declarations ?? [];
  const subgraphs = declaration ? findSubgraphTypes(checker, declaration) : new Map<string, GraphTypes>();
  return Object.fromEntries([...subgraphs, ['', types] as const].map(([path, found]) => [path, schemasOf(checker, found)]));
}

function schemasOf(checker: ts.TypeChecker, { state, input, output, config }: GraphTypes): ToldSchemas {
  const convert = (type: ts.Type | undefined) => (type && (type.flags & ts.TypeFlags.Any) === 0 ? toSchema(checker, type) : undefined);
  return { state: convert(state), input: convert(input), output: convert(output), config: config ? convert(config) : null };
}
