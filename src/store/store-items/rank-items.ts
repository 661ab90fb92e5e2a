import type { ItemRank, PlannedSearch, Vector } from '../../domain/store-operation.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Database, Db } from '../database/database.js';
import type { Tenant } from '../tenant.js';
import { embeddedItems } from './store-item-embeddings.js';
import { searchClauses } from './store-read-ctes.js';

/** Items whose vectors are fetched at once: about 1,000 × 384 numbers are 8 MB on the way. */
const FETCH_AT_ONCE = 1_000;

/**
 * The items that are most similar to a vector, in a database that cannot tell by itself: the best `offset + limit` of those that the search
 * may find, in no order. One round trip, and one for each 1,000 items that this process has not compared before.
 */
export async function rankItems(
  { prisma, vectors: { cache } }: Pick<Database, 'prisma' | 'vectors'>,
  tenant: Tenant,
  { vector, after, limit, offset, ...search }: Omit<PlannedSearch, 'near'> & { readonly vector: Vector },
): Promise<ItemRank[]> {
  const sequences = await listCandidates(prisma, tenant, { ...search, dims: vector.length });
  const known = new Map(sequences.map((sequence) => [sequence, cache.get(sequence)]));
  const unknown = sequences.filter((sequence) => !known.get(sequence));
  for (let at = 0; at < unknown.length; at += FETCH_AT_ONCE) {
    for (const [sequence, vectors] of await fetchVectors(prisma, unknown.slice(at, at + FETCH_AT_ONCE))) {
      cache.set(sequence, vectors);
      known.set(sequence, vectors);
    }
  }

  const similarity = makeSimilarity(vector);
  return [...known]
    .flatMap(([sequence, vectors]) => (vectors ? [{ sequence: BigInt(sequence), score: similarity(vectors) }] : []))
    .filter((rank) => !after || compareRanks(after, rank) < 0)
    .sort(compareRanks)
    .slice(0, offset + limit);
}

async function listCandidates(
  db: Db,
  tenant: Tenant,
  { dims, ...search }: Pick<PlannedSearch, 'prefix' | 'conditions'> & { readonly dims: number },
): Promise<string[]> {
  // As one text: ten thousand rows take Prisma four times as long. An item with several vectors comes as often; DISTINCT would sort them all.
  const [row] = await db.$queryRaw<[{ sequences: string | null }]>`
    SELECT string_agg(i."sequence"::text, ' ') AS "sequences"
      FROM ${embeddedItems(dims)}
     WHERE ${Prisma.join(searchClauses(tenant, search), ' AND ')}`;
  return [...new Set(row.sequences?.split(' '))];
}

/** Those of each item, one after the other. */
async function fetchVectors(db: Db, sequences: readonly string[]): Promise<[string, Float32Array][]> {
  const rows = await db.$queryRaw<{ sequence: string; vector: Uint8Array }[]>`
    SELECT "sequence"::text, array_send("vector") AS "vector"
      FROM "StoreItemEmbedding"
     WHERE "sequence" = ANY(${sequences.map(BigInt)}::bigint[])`;
  const vectorsOf = new Map<string, Float32Array[]>();
  for (const { sequence, vector } of rows) vectorsOf.set(sequence, [...(vectorsOf.get(sequence) ?? []), readRealArray(vector)]);
  return [...vectorsOf].map(([sequence, vectors]) => [
    sequence,
    vectors.length === 1 ? vectors[0]! : Float32Array.from(vectors.flatMap((one) => [...one])),
  ]);
}

/** Of an array in PostgreSQL's binary form: dimensions, nulls, type, then length and lower bound of the one dimension. */
const ARRAY_HEADER_BYTES = 20;
/** Each number follows its own length. */
const ELEMENT_BYTES = 8;

function readRealArray(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = (bytes.byteLength - ARRAY_HEADER_BYTES) / ELEMENT_BYTES;
  return Float32Array.from({ length: count }, (_, index) => view.getFloat32(ARRAY_HEADER_BYTES + index * ELEMENT_BYTES + 4));
}

/** The best cosine similarity of several vectors, from -1 to 1; that of a vector without direction is 0. */
function makeSimilarity(vector: Vector): (vectors: Float32Array) => number {
  const wanted = Float32Array.from(vector);
  const length = Math.sqrt(dot(wanted, 0, wanted, 0, wanted.length));
  return (vectors) => {
    let best = -1;
    for (let at = 0; at < vectors.length; at += wanted.length) {
      const lengths = length * Math.sqrt(dot(vectors, at, vectors, at, wanted.length));
      best = Math.max(best, lengths === 0 ? 0 : dot(wanted, 0, vectors, at, wanted.length) / lengths);
    }
    return Math.min(best, 1);
  };
}

function dot(a: Float32Array, aAt: number, b: Float32Array, bAt: number, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += a[aAt + index]! * b[bAt + index]!;
  return sum;
}

/** The most similar first; of equally similar ones the newest update. */
function compareRanks(a: ItemRank, b: ItemRank): number {
  const byScore = (b.score ?? 0) - (a.score ?? 0);
  return byScore !== 0 ? byScore : Number(b.sequence - a.sequence);
}
