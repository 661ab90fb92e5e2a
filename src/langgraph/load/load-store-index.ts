import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import type { StoreIndex } from '../../ports/store-index.js';
import { adviseOnImport, findExport, listExports, summarise } from './import-faults.js';
import type { EmbedderSpec, StoreIndexSpec } from './read-store-index.js';

type Embed = StoreIndex['embed'];

/** What embeds the store's items and queries, or what is wrong with it. */
export async function loadStoreIndex({ dims, fields, embed }: StoreIndexSpec): Promise<StoreIndex | string> {
  const loaded = await (embed.kind === 'file' ? loadFile(embed) : loadProvider(embed));
  return typeof loaded === 'string' ? `\`store.index.embed\`: ${loaded}` : { dims, fields, embed: loaded };
}

/** A function from texts to vectors, or LangChain embeddings. */
async function loadFile(spec: EmbedderSpec & { readonly kind: 'file' }): Promise<Embed | string> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(spec.file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return `${spec.file} cannot be loaded: ${summarise(error)}. ${adviseOnImport(error, spec)}`;
  }
  const exported = findExport(module, spec.exportName);
  if (exported === undefined) return `${spec.file} exports no \`${spec.exportName}\`. ${listExports(module)}`;
  if (isEmbeddings(exported)) return embedWith(exported);
  if (typeof exported !== 'function') {
    return `\`${spec.exportName}\` of ${spec.file} embeds nothing. Export a function (texts) => vectors, or LangChain embeddings.`;
  }
  const embed = exported as (texts: string[]) => unknown;
  return async (texts) => (await embed([...texts])) as readonly unknown[];
}

/** Where LangChain has each provider's embeddings. */
const PROVIDERS: Readonly<Record<string, { readonly package: string; readonly name: string }>> = {
  openai: { package: '@langchain/openai', name: 'OpenAIEmbeddings' },
  azure_openai: { package: '@langchain/openai', name: 'AzureOpenAIEmbeddings' },
  'google-genai': { package: '@langchain/google-genai', name: 'GoogleGenerativeAIEmbeddings' },
  'google-vertexai': { package: '@langchain/google-vertexai', name: 'VertexAIEmbeddings' },
  bedrock: { package: '@langchain/aws', name: 'BedrockEmbeddings' },
  cohere: { package: '@langchain/cohere', name: 'CohereEmbeddings' },
  mistralai: { package: '@langchain/mistralai', name: 'MistralAIEmbeddings' },
  ollama: { package: '@langchain/ollama', name: 'OllamaEmbeddings' },
};

async function loadProvider({ provider, model, folder }: EmbedderSpec & { readonly kind: 'provider' }): Promise<Embed | string> {
  const known = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (!known)
    return `"${provider}" is no provider known here; there are ${Object.keys(PROVIDERS).join(', ')}. Or name a function: "./file.ts:function".`;
  try {
    const entry = createRequire(join(folder, 'langgraph.json')).resolve(known.package);
    const module = (await import(pathToFileURL(entry).href)) as Readonly<Record<string, unknown>>;
    const Embeddings = findExport(module, known.name) as new (fields: { model: string }) => EmbeddingsInterface;
    return embedWith(new Embeddings({ model }));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    if (isMissing) return `"${provider}" needs the package ${known.package}. Run \`npm install ${known.package}\` in ${folder}.`;
    return `${known.name} of ${known.package} cannot be made: ${summarise(error)}. Set what it needs, such as its API key.`;
  }
}

function isEmbeddings(exported: unknown): exported is EmbeddingsInterface {
  return typeof exported === 'object' && exported !== null && 'embedDocuments' in exported && 'embedQuery' in exported;
}

function embedWith(embeddings: EmbeddingsInterface): Embed {
  return async (texts, purpose) =>
    purpose === 'item' ? embeddings.embedDocuments([...texts]) : Promise.all(texts.map((text) => embeddings.embedQuery(text)));
}
