-- CreateEnum
CREATE TYPE "CancelAction" AS ENUM ('INTERRUPT', 'ROLLBACK');

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "cancelAction" "CancelAction",
ADD COLUMN     "cancelRequestedAt" TIMESTAMPTZ(3),
ADD COLUMN     "removedAt" TIMESTAMPTZ(3);

-- What schema.prisma cannot express.

ALTER TABLE "Run"
  ADD CONSTRAINT "Run_cancel_check" CHECK (("cancelRequestedAt" IS NULL) = ("cancelAction" IS NULL)),
  ADD CONSTRAINT "Run_removedAt_check" CHECK ("removedAt" IS NULL OR "status" = 'CANCELLED');

-- Rolled-back runs whose log waits to be deleted.
CREATE INDEX "Run_removedAt_idx" ON "Run"("removedAt") WHERE "removedAt" IS NOT NULL;
