import type { PrismaClient } from '../../generated/prisma/client.js';

/** How a database is searched by meaning. */
export interface VectorSearch {
  /**
   * Whether it compares vectors by itself: it has the extension `vector`, and a column of that type. Both are made where they can be, at the
   * first question.
   */
  hasExtension(): Promise<boolean>;
  /** For databases without it. */
  readonly cache: VectorCache;
}

/** Vectors by the `sequence` of the put that stored them: no other vectors ever get that number, so nothing here is ever wrong. */
export interface VectorCache {
  /** Flat: the vectors of one item, one after the other. */
  get(sequence: string): Float32Array | undefined;
  set(sequence: string, vectors: Float32Array): void;
}

/** 170,000 vectors of 384 numbers. When there are more, those that were not asked for longest go. */
const CACHE_MAX_BYTES = 256 * 1024 * 1024;

export function makeVectorSearch(prisma: PrismaClient): VectorSearch {
  let asked: Promise<boolean> | undefined;
  return {
    hasExtension() {
      asked ??= makeExtension(prisma).catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
      return asked;
    },
    cache: makeVectorCache(CACHE_MAX_BYTES),
  };
}

async function makeExtension(prisma: PrismaClient): Promise<boolean> {
  if (await hasVectorColumn(prisma)) return true;
  const [available] = await prisma.$queryRaw<object[]>`SELECT 1 FROM pg_available_extensions WHERE "name" = 'vector'`;
  if (!available) return false;
  // It may not be allowed, and another process may do the same at this very moment: what counts is whether it is there afterwards.
  await prisma.$executeRaw`CREATE EXTENSION IF NOT EXISTS vector`.catch(() => undefined);
  await prisma.$executeRaw`
    ALTER TABLE "StoreItemEmbedding"
      ADD COLUMN IF NOT EXISTS "embedding" vector GENERATED ALWAYS AS ("vector"::vector) STORED`.catch(() => undefined);
  return hasVectorColumn(prisma);
}

async function hasVectorColumn(prisma: PrismaClient): Promise<boolean> {
  const rows = await prisma.$queryRaw<object[]>`
    SELECT 1 FROM pg_attribute WHERE "attrelid" = '"StoreItemEmbedding"'::regclass AND "attname" = 'embedding' AND NOT "attisdropped"`;
  return rows.length > 0;
}

export function makeVectorCache(maxBytes: number): VectorCache {
  const vectorsOf = new Map<string, Float32Array>();
  let bytes = 0;
  return {
    get(sequence) {
      const vectors = vectorsOf.get(sequence);
      if (!vectors) return undefined;
      vectorsOf.delete(sequence);
      vectorsOf.set(sequence, vectors);
      return vectors;
    },
    set(sequence, vectors) {
      bytes += vectors.byteLength - (vectorsOf.get(sequence)?.byteLength ?? 0);
      vectorsOf.set(sequence, vectors);
      for (const [oldest, { byteLength }] of vectorsOf) {
        if (bytes <= maxBytes || oldest === sequence) return;
        vectorsOf.delete(oldest);
        bytes -= byteLength;
      }
    },
  };
}
