-- CreateTable
CREATE TABLE "StoreItemEmbedding" (
    "itemId" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "dims" INTEGER NOT NULL,
    "vector" REAL[],

    CONSTRAINT "StoreItemEmbedding_pkey" PRIMARY KEY ("itemId","place")
);

-- CreateIndex
CREATE INDEX "StoreItemEmbedding_sequence_idx" ON "StoreItemEmbedding"("sequence");

-- AddForeignKey
ALTER TABLE "StoreItemEmbedding" ADD CONSTRAINT "StoreItemEmbedding_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "StoreItem"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What schema.prisma cannot express.

-- Numbers that look random do not get smaller: trying to compress them costs time on each put and each search.
ALTER TABLE "StoreItemEmbedding" ALTER COLUMN "vector" SET STORAGE EXTERNAL;

ALTER TABLE "StoreItemEmbedding" ADD CONSTRAINT "StoreItemEmbedding_dims_check" CHECK (cardinality("vector") = "dims" AND "dims" > 0);
