import { Prisma } from '../../generated/prisma/client.js';

/** Items `i` with each of the vectors of this length, `e`, that they were last put with: no two puts ever get the same `sequence`. */
export function embeddedItems(dims: number): Prisma.Sql {
  return Prisma.sql`
    "StoreItem" i
    JOIN "StoreItemEmbedding" e ON e."sequence" = i."sequence" AND e."dims" = ${dims}::int`;
}
