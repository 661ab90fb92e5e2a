-- CreateEnum
CREATE TYPE "OnCompletion" AS ENUM ('DELETE', 'KEEP');

-- CreateEnum
CREATE TYPE "CronFireOutcome" AS ENUM ('STARTED', 'MISSED', 'FAILED', 'MANUAL');

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "cronId" UUID;

-- CreateTable
CREATE TABLE "Cron" (
    "id" UUID NOT NULL,
    "tenantId" TEXT NOT NULL,
    "assistantId" UUID NOT NULL,
    "threadId" UUID,
    "schedule" TEXT NOT NULL,
    "timezone" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "onRunCompleted" "OnCompletion" NOT NULL,
    "endAt" TIMESTAMPTZ(3),
    "nextRunAt" TIMESTAMPTZ(3),
    "payload" JSON NOT NULL,
    "metadata" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Cron_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CronFire" (
    "id" UUID NOT NULL,
    "cronId" UUID NOT NULL,
    "scheduledAt" TIMESTAMPTZ(3) NOT NULL,
    "firedAt" TIMESTAMPTZ(3) NOT NULL,
    "outcome" "CronFireOutcome" NOT NULL,
    "missedCount" INTEGER NOT NULL DEFAULT 0,
    "runId" UUID,
    "runStatus" "RunStatus",
    "errorName" TEXT,
    "errorMessage" TEXT,

    CONSTRAINT "CronFire_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Cron_tenantId_createdAt_id_idx" ON "Cron"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Cron_tenantId_updatedAt_id_idx" ON "Cron"("tenantId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Cron_nextRunAt_idx" ON "Cron"("nextRunAt");

-- CreateIndex
CREATE INDEX "Cron_threadId_idx" ON "Cron"("threadId");

-- CreateIndex
CREATE INDEX "Cron_assistantId_idx" ON "Cron"("assistantId");

-- CreateIndex
CREATE INDEX "Cron_metadata_idx" ON "Cron" USING GIN ("metadata" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "CronFire_cronId_scheduledAt_id_idx" ON "CronFire"("cronId", "scheduledAt", "id");

-- CreateIndex
CREATE INDEX "CronFire_runId_idx" ON "CronFire"("runId");

-- CreateIndex
CREATE INDEX "Run_cronId_idx" ON "Run"("cronId");

-- AddForeignKey
ALTER TABLE "Cron" ADD CONSTRAINT "Cron_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CronFire" ADD CONSTRAINT "CronFire_cronId_fkey" FOREIGN KEY ("cronId") REFERENCES "Cron"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What schema.prisma cannot express.

-- Each fire time of a cron is served once, however many processes see that it is due.
CREATE UNIQUE INDEX "CronFire_cronId_scheduledAt_key" ON "CronFire"("cronId", "scheduledAt") WHERE "outcome" <> 'MANUAL';
