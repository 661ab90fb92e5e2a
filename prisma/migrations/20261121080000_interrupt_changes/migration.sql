-- AlterTable
ALTER TABLE "Interrupt" ADD COLUMN     "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- Those that are there changed last when they were resolved, or appeared.
UPDATE "Interrupt" SET "updatedAt" = GREATEST("createdAt", "resolvedAt");
