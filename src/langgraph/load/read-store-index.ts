import { resolve } from 'node:path';
import { findPathFault } from '../../domain/item-texts.js';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.js';

/** What `store.index` of langgraph.json says, as far as it can be told without importing anything. */
export interface StoreIndexSpec {
  readonly dims: number;
  readonly fields: readonly string[];
  readonly embed: EmbedderSpec;
}

export type EmbedderSpec =
  /** `./embed.ts:embed` */
  | { readonly kind: 'file'; readonly file: string; readonly exportName: string }
  /** `openai:text-embedding-3-small`; `folder`: whose `node_modules` have its package. */
  | { readonly kind: 'provider'; readonly provider: string; readonly model: string; readonly folder: string };

const DIMS_MAX = 16_000;

/** Reads `store.index`; what is wrong with it is added to `faults`, and then, as when there is none, null. */
export function readStoreIndex(store: Json | undefined, folder: string, faults: string[]): StoreIndexSpec | null {
  const index = isJsonObject(store) ? (store['index'] ?? null) : null;
  if (index === null) return null;
  if (!isJsonObject(index)) {
    faults.push('`store.index`: must be an object, such as { "dims": 1536, "embed": "openai:text-embedding-3-small" }.');
    return null;
  }
  const dims = readDims(index, faults);
  const fields = readFields(index, faults);
  const embed = readEmbedder(index['embed'], folder, faults);
  return dims && fields && embed ? { dims, fields, embed } : null;
}

function readDims({ dims }: JsonObject, faults: string[]): number | null {
  if (typeof dims === 'number' && Number.isInteger(dims) && dims >= 1 && dims <= DIMS_MAX) return dims;
  faults.push(`\`store.index.dims\`: must be the length of the embedder's vectors, from 1 to ${DIMS_MAX}.`);
  return null;
}

function readFields({ fields }: JsonObject, faults: string[]): readonly string[] | null {
  if (fields === undefined || fields === null) return ['$'];
  if (Array.isArray(fields) && fields.every((field) => findPathFault(field) === null)) return fields as string[];
  faults.push('`store.index.fields`: must be a list of paths like "$", "a.b", "list[-1]" or "list[*].x".');
  return null;
}

function readEmbedder(given: Json | undefined, folder: string, faults: string[]): EmbedderSpec | null {
  const embed = typeof given === 'string' ? given : '';
  const [, path, exportName] = /^(\.{0,2}\/.+):([^:/\\]+)$/.exec(embed) ?? [];
  if (path !== undefined && exportName !== undefined) return { kind: 'file', file: resolve(folder, path), exportName };
  const [, provider, model] = /^([\w-]+):(.+)$/.exec(embed) ?? [];
  if (provider !== undefined && model !== undefined) return { kind: 'provider', provider, model, folder };
  faults.push('`store.index.embed`: must be "./file.ts:function" or "provider:model", such as "openai:text-embedding-3-small".');
  return null;
}
