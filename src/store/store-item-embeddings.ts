import type { Vector } from '../domain/store-operation.js';
import { Prisma } from '../generated/prisma/client.js';

/** Items `i` that were put with vectors of this length, with their embeddings `e`. */
export function embeddedItems(dims: number): Prisma.Sql {
  return Prisma.sql`
    "StoreItem" i
    JOIN (SELECT "itemId", "sequence" AS "embeddedAt", "dims", "vectors" FROM "StoreItemEmbedding") AS e
      ON e."itemId" = i."id" AND e."embeddedAt" = i."sequence" AND e."dims" = ${dims}::int`;
}

/** The best cosine similarity of an item's vectors, as pgvector computes it; that of a vector without direction is 0. */
export function bestScore(vector: Vector): Prisma.Sql {
  const dims = Prisma.sql`${vector.length}::int`;
  const one = Prisma.sql`e."vectors"[n * ${dims} + 1 : (n + 1) * ${dims}]`;
  return Prisma.sql`
    (SELECT COALESCE(max(1 - NULLIF(${one}::vector <=> ${JSON.stringify(vector)}::vector, 'NaN')), 0)
       FROM generate_series(0, cardinality(e."vectors") / ${dims} - 1) AS n)`;
}
