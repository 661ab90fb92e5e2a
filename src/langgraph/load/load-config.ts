import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isJsonObject, type JsonObject } from '../../domain/json.js';
import { DEFAULT_STORE_SETTINGS, type StoreSettings } from '../../domain/store-settings.js';
import { DEFAULT_THREAD_TTL, type ThreadTtl } from '../../domain/thread-ttl.js';
import { isUuid } from '../../domain/uuid.js';
import { readStoreIndex, type StoreIndexSpec } from './read-store-index.js';
import { readStoreSettings } from './read-store-settings.js';
import { readThreadTtl } from './read-thread-ttl.js';

/** Where langgraph.json says a graph is. */
export interface GraphSpec {
  readonly graphId: string;
  readonly description: string | null;
  /** As it stands in langgraph.json, for messages. */
  readonly text: string;
  /** Absolute. */
  readonly file: string;
  readonly exportName: string;
}

/** What langgraph.json says, as far as it can be told without importing a graph. */
export interface LanggraphConfig {
  readonly graphs: readonly GraphSpec[];
  readonly env: Readonly<Record<string, string>>;
  readonly threadTtl: ThreadTtl;
  readonly store: StoreSettings;
  /** null: items are not searched by meaning. */
  readonly storeIndex: StoreIndexSpec | null;
  /** Each one says what, where and what to do. Empty: the file is good. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads langgraph.json as LangGraph's own tools do. Never throws: what is wrong with it stands in `faults`, all of it at once. */
export function loadConfig(path: string): LanggraphConfig {
  const faults: string[] = [];
  const json = readJson(path, faults);
  if (!json)
    return { graphs: [], env: {}, threadTtl: DEFAULT_THREAD_TTL, store: DEFAULT_STORE_SETTINGS, storeIndex: null, faults, warnings: [] };
  const folder = dirname(resolve(path));
  return {
    graphs: readGraphs(json['graphs'], folder, faults),
    env: readEnv(json['env'], folder, faults),
    threadTtl: readThreadTtl(json['checkpointer'], faults),
    store: readStoreSettings(json['store'], faults),
    storeIndex: readStoreIndex(json['store'], folder, faults),
    faults,
    warnings: Object.keys(json)
      .filter((key) => !KNOWN_KEYS.has(key))
      .map((key) => `\`${key}\` in ${path} is not a key of langgraph.json and has no effect.`),
  };
}

/** Those of LangGraph's own tools too: what builds containers means nothing here, and does no harm. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...['$schema', 'graphs', 'env', 'dependencies', 'store', 'checkpointer', 'auth', 'http', 'ui', 'ui_config', 'webhooks', 'encryption'],
  ...['node_version', 'python_version', 'pip_config_file', 'pip_installer', 'dockerfile_lines', 'base_image', 'image_distro', 'source'],
  ...['api_version', 'keep_pkg_tools', 'internal_docker_tag', '_INTERNAL_docker_tag', 'disable_persistence'],
]);

function readJson(path: string, faults: string[]): JsonObject | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    faults.push(
      missing
        ? 'The file does not exist. Create it, or name another one with --config.'
        : `It cannot be read: ${messageOf(error)}. Name a JSON file with --config.`,
    );
    return null;
  }
  try {
    const json: unknown = JSON.parse(text);
    if (isJsonObject(json)) return json;
    faults.push('It must hold one JSON object, such as { "graphs": { "agent": "./agent.ts:graph" } }.');
  } catch (error) {
    faults.push(`It is not valid JSON: ${messageOf(error)}. Correct it at that place.`);
  }
  return null;
}

function readGraphs(graphs: unknown, folder: string, faults: string[]): GraphSpec[] {
  if (!isJsonObject(graphs) || Object.keys(graphs).length === 0) {
    faults.push('`graphs` must name at least one graph, such as "graphs": { "agent": "./agent.ts:graph" }.');
    return [];
  }
  return Object.entries(graphs).flatMap(([graphId, value]) => readGraph(graphId, value, folder, faults) ?? []);
}

function readGraph(graphId: string, value: unknown, folder: string, faults: string[]): GraphSpec | null {
  const where = `graphs[${JSON.stringify(graphId)}]`;
  const idFault = findIdFault(graphId);
  if (idFault) faults.push(`${where}: the graph id ${idFault}. Choose another one.`);

  const { path: text, description = null }: { path?: unknown; description?: unknown } = isJsonObject(value) ? value : { path: value };
  if (typeof text !== 'string' || (description !== null && typeof description !== 'string')) {
    faults.push(`${where}: must be "./file.ts:export" or { "path": "./file.ts:export", "description": "…" }.`);
    return null;
  }
  const colon = text.lastIndexOf(':');
  const file = resolve(folder, colon === -1 ? text : text.slice(0, colon));
  const exportName = colon === -1 ? 'default' : text.slice(colon + 1);
  if (exportName === '') {
    faults.push(`${where}: "${text}" names no export. Write it after the colon, such as "${text}graph".`);
    return null;
  }
  if (!GRAPH_FILES.has(extname(file))) {
    faults.push(`${where}: ${file} is neither TypeScript nor JavaScript. Only LangGraph.js graphs can be served.`);
    return null;
  }
  if (!isFile(file)) {
    faults.push(`${where}: the file ${file} does not exist. Correct the path; it starts at the folder of langgraph.json.`);
    return null;
  }
  return idFault ? null : { graphId, description, text, file, exportName };
}

const GRAPH_FILES: ReadonlySet<string> = new Set(['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx']);
const GRAPH_ID_MAX_LENGTH = 200;

/** Wherever a graph id stands, an assistant's UUID can stand as well. */
function findIdFault(graphId: string): string | null {
  if (graphId.trim() !== graphId || graphId === '') return 'is empty or begins or ends with a space';
  if (graphId.length > GRAPH_ID_MAX_LENGTH) return `is longer than ${GRAPH_ID_MAX_LENGTH} characters`;
  if (/\p{Cc}/u.test(graphId) || !graphId.isWellFormed()) return 'contains a control character';
  return isUuid(graphId) ? 'is a UUID, which would be taken for an assistant' : null;
}

/** A path of a .env file, an object, or (as in LangGraph's tools) a list of names that are expected from outside. */
function readEnv(env: unknown, folder: string, faults: string[]): Record<string, string> {
  if (env === undefined || env === null || Array.isArray(env)) return {};
  if (typeof env === 'string') return readEnvFile(resolve(folder, env), faults);
  if (!isJsonObject(env)) {
    faults.push('`env`: must be the path of a .env file or an object of strings.');
    return {};
  }
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') values.set(name, String(value));
    else faults.push(`env.${name}: must be a string.`);
  }
  return Object.fromEntries(values);
}

function readEnvFile(file: string, faults: string[]): Record<string, string> {
  if (!isFile(file)) {
    faults.push(`\`env\`: the file ${file} does not exist. Create it, or remove the key.`);
    return {};
  }
  return parseEnv(readFileSync(file, 'utf8')) as Record<string, string>;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
