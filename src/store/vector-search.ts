import type { PrismaClient } from '../generated/prisma/client.js';

/** How a database is searched by meaning. */
export interface VectorSearch {
  /** Whether it computes similarities itself, by the extension `vector`, which is made when the server has it. Looked up once. */
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
  const [available] = await prisma.$queryRaw<{ installed: boolean }[]>`
    SELECT "installed_version" IS NOT NULL AS "installed" FROM pg_available_extensions WHERE "name" = 'vector'`;
  if (!available || available.installed) return available !== undefined;
  // It may not be allowed, and another process may make it at this very moment: what counts is whether it is there afterwards.
  await prisma.$executeRaw`CREATE EXTENSION IF NOT EXISTS vector`.catch(() => undefined);
  const [row] = await prisma.$queryRaw<[{ isThere: boolean }]>`SELECT to_regtype('vector') IS NOT NULL AS "isThere"`;
  return row.isThere;
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
