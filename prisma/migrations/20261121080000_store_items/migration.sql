-- CreateTable
CREATE TABLE "StoreItem" (
    "id" UUID NOT NULL,
    "tenantId" TEXT NOT NULL,
    "namespace" TEXT[],
    "path" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "ttlMinutes" DOUBLE PRECISION,
    "expiresAt" TIMESTAMPTZ(3),
    "sequence" BIGSERIAL NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StoreItem_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "StoreItem_tenantId_sequence_idx" ON "StoreItem"("tenantId", "sequence");

-- CreateIndex
CREATE INDEX "StoreItem_tenantId_updatedAt_id_idx" ON "StoreItem"("tenantId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "StoreItem_value_idx" ON "StoreItem" USING GIN ("value" jsonb_path_ops);

-- What schema.prisma cannot express.

-- Namespaces by their beginnings. An index holds no value of more than 2,704 bytes; 256 characters are at most 1,024.
CREATE INDEX "StoreItem_tenantId_path_idx" ON "StoreItem"("tenantId", (left("path", 256)) COLLATE "C");

-- Few items expire.
CREATE INDEX "StoreItem_expiresAt_idx" ON "StoreItem"("expiresAt") WHERE "expiresAt" IS NOT NULL;

ALTER TABLE "StoreItem"
  ADD CONSTRAINT "StoreItem_namespace_check" CHECK (cardinality("namespace") > 0),
  ADD CONSTRAINT "StoreItem_value_check" CHECK (jsonb_typeof("value") = 'object'),
  ADD CONSTRAINT "StoreItem_ttlMinutes_check" CHECK (("ttlMinutes" IS NULL) = ("expiresAt" IS NULL));
