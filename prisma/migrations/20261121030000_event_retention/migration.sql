-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "eventsExpiredSeq" INTEGER,
ADD COLUMN     "streamResumable" BOOLEAN NOT NULL DEFAULT true;

-- Ended runs whose log is still kept: what schema.prisma cannot express.
CREATE INDEX "Run_kept_events_idx" ON "Run"("streamResumable", "finishedAt") WHERE "eventsExpiredSeq" IS NULL AND "finishedAt" IS NOT NULL;
