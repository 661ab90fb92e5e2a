import { badUserInput, type InputIssue } from '../../domain/errors.js';
import type { Vector } from '../../domain/store-operation.js';
import type { StoreIndex } from '../../ports/store-index.js';
import type { Deps } from '../caller.js';

/** Providers take so many texts at once, and more. */
const TEXTS_AT_ONCE = 100;

/** What to embed, and where in the input it stands. */
export interface EmbedTexts {
  readonly texts: readonly string[];
  readonly purpose: 'item' | 'query';
  readonly path: InputIssue['path'];
}

/**
 * A vector of length 1 for each text, each text embedded once. Opens no transaction; awaits the embedder, which may take its time.
 * @throws BAD_USER_INPUT when the embedder fails, or gives vectors that do not fit `dims`
 */
export async function embedTexts(
  { telemetry }: Pick<Deps, 'telemetry'>,
  index: StoreIndex,
  { texts, purpose, path }: EmbedTexts,
): Promise<ReadonlyMap<string, Vector>> {
  const distinct = [...new Set(texts)];
  const vectors = new Map<string, Vector>();
  for (let at = 0; at < distinct.length; at += TEXTS_AT_ONCE) {
    const batch = distinct.slice(at, at + TEXTS_AT_ONCE);
    const made = await index.embed(batch, purpose).catch((error: unknown) => {
      telemetry.emit('store.embeddingFailed', { error });
      throw notEmbedded(`the embedder failed: ${error instanceof Error ? error.message : String(error)}`, path);
    });
    batch.forEach((text, place) => vectors.set(text, requireVector(made, place, { dims: index.dims, path })));
  }
  return vectors;
}

function requireVector(made: unknown, place: number, { dims, path }: { dims: number; path: InputIssue['path'] }): Vector {
  const vector: unknown = Array.isArray(made) ? made[place] : undefined;
  const numbers: unknown[] = Array.isArray(vector) ? vector : ArrayBuffer.isView(vector) ? [...(vector as Float32Array)] : [];
  if (numbers.length !== dims) throw notEmbedded(`the embedder gave a vector of length ${numbers.length} where \`dims\` is ${dims}`, path);
  if (!numbers.every((value) => typeof value === 'number' && Number.isFinite(value)))
    throw notEmbedded('the embedder gave a vector with something in it that is no number', path);
  return toUnitLength(numbers as number[]);
}

/**
 * The direction alone, which is all that counts, in four bytes a number, as the database keeps them: pgvector adds up in four bytes too, where
 * long vectors overflow and short ones vanish. One without direction stays as it is.
 */
function toUnitLength(vector: Vector): Vector {
  const largest = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return vector;
  const scaled = vector.map((value) => value / largest);
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return scaled.map((value) => Math.fround(value / length));
}

function notEmbedded(fault: string, path: InputIssue['path']) {
  return badUserInput(`\`${path.join('.')}\` cannot be embedded: ${fault}. See \`store.index\` in langgraph.json.`, [
    { path, message: `cannot be embedded: ${fault}` },
  ]);
}
