-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "ThreadStatus" AS ENUM ('IDLE', 'BUSY', 'INTERRUPTED', 'ERROR');

-- CreateEnum
CREATE TYPE "RunStatus" AS ENUM ('PENDING', 'RUNNING', 'SUCCESS', 'ERROR', 'TIMEOUT', 'INTERRUPTED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "MultitaskStrategy" AS ENUM ('REJECT', 'INTERRUPT', 'ROLLBACK', 'ENQUEUE');

-- CreateEnum
CREATE TYPE "EventKind" AS ENUM ('METADATA', 'VALUES', 'UPDATES', 'MESSAGES_TUPLE', 'MESSAGES_METADATA', 'MESSAGES_PARTIAL', 'MESSAGES_COMPLETE', 'CUSTOM', 'ERROR', 'END', 'RUN_STATUS', 'THREAD_STATUS', 'THREAD_STATE');

-- CreateTable
CREATE TABLE "Assistant" (
    "id" UUID NOT NULL,
    "tenantId" TEXT,
    "graphId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "config" JSONB NOT NULL,
    "context" JSONB,
    "metadata" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Assistant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AssistantVersion" (
    "assistantId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "graphId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "config" JSONB NOT NULL,
    "context" JSONB,
    "metadata" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AssistantVersion_pkey" PRIMARY KEY ("assistantId","version")
);

-- CreateTable
CREATE TABLE "Thread" (
    "id" UUID NOT NULL,
    "tenantId" TEXT NOT NULL,
    "status" "ThreadStatus" NOT NULL DEFAULT 'IDLE',
    "metadata" JSONB NOT NULL,
    "config" JSONB NOT NULL,
    "temporary" BOOLEAN NOT NULL DEFAULT false,
    "ttlMinutes" INTEGER,
    "expiresAt" TIMESTAMPTZ(3),
    "nextSeq" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stateUpdatedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Thread_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ThreadState" (
    "threadId" UUID NOT NULL,
    "checkpointId" UUID,
    "values" JSONB,
    "next" TEXT[],
    "errorName" TEXT,
    "errorMessage" TEXT,

    CONSTRAINT "ThreadState_pkey" PRIMARY KEY ("threadId")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" UUID NOT NULL,
    "tenantId" TEXT NOT NULL,
    "threadId" UUID NOT NULL,
    "assistantId" UUID NOT NULL,
    "graphId" TEXT NOT NULL,
    "status" "RunStatus" NOT NULL DEFAULT 'PENDING',
    "multitaskStrategy" "MultitaskStrategy" NOT NULL DEFAULT 'REJECT',
    "sequence" BIGSERIAL NOT NULL,
    "availableAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "lostCount" INTEGER NOT NULL DEFAULT 0,
    "leaseUntil" TIMESTAMPTZ(3),
    "workerId" TEXT,
    "metadata" JSONB NOT NULL,
    "errorName" TEXT,
    "errorMessage" TEXT,
    "inputDigest" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RunPayload" (
    "runId" UUID NOT NULL,
    "kwargs" JSON NOT NULL,
    "output" JSON,

    CONSTRAINT "RunPayload_pkey" PRIMARY KEY ("runId")
);

-- CreateTable
CREATE TABLE "RunEvent" (
    "threadId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "runId" UUID,
    "attempt" INTEGER,
    "kind" "EventKind" NOT NULL,
    "namespace" TEXT[],
    "data" JSON,
    "checkpointId" UUID,
    "resumesAfterSeq" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RunEvent_pkey" PRIMARY KEY ("threadId","seq")
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "threadId" UUID NOT NULL,
    "checkpointNs" TEXT NOT NULL,
    "checkpointId" UUID NOT NULL,
    "parentCheckpointId" UUID,
    "runId" UUID,
    "type" TEXT NOT NULL,
    "checkpoint" BYTEA NOT NULL,
    "channelVersions" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Checkpoint_pkey" PRIMARY KEY ("threadId","checkpointNs","checkpointId")
);

-- CreateTable
CREATE TABLE "CheckpointBlob" (
    "threadId" UUID NOT NULL,
    "checkpointNs" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "runId" UUID,
    "type" TEXT NOT NULL,
    "baseVersion" TEXT,
    "keptBytes" INTEGER NOT NULL DEFAULT 0,
    "blob" BYTEA NOT NULL,

    CONSTRAINT "CheckpointBlob_pkey" PRIMARY KEY ("threadId","checkpointNs","channel","version")
);

-- CreateTable
CREATE TABLE "CheckpointWrite" (
    "threadId" UUID NOT NULL,
    "checkpointNs" TEXT NOT NULL,
    "checkpointId" UUID NOT NULL,
    "taskId" TEXT NOT NULL,
    "idx" INTEGER NOT NULL,
    "runId" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
    "channel" TEXT NOT NULL,
    "type" TEXT,
    "blob" BYTEA NOT NULL,
    "sequence" BIGSERIAL NOT NULL,

    CONSTRAINT "CheckpointWrite_pkey" PRIMARY KEY ("threadId","checkpointNs","checkpointId","taskId","idx","runId")
);

-- CreateTable
CREATE TABLE "Interrupt" (
    "id" UUID NOT NULL,
    "tenantId" TEXT NOT NULL,
    "threadId" UUID NOT NULL,
    "interruptId" TEXT NOT NULL,
    "runId" UUID,
    "taskId" TEXT,
    "namespace" TEXT[],
    "value" JSON,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolvedAt" TIMESTAMPTZ(3),
    "resolvedRunId" UUID,

    CONSTRAINT "Interrupt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Assistant_createdAt_id_idx" ON "Assistant"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Assistant_graphId_idx" ON "Assistant"("graphId");

-- CreateIndex
CREATE INDEX "Assistant_metadata_idx" ON "Assistant" USING GIN ("metadata" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "Thread_tenantId_createdAt_id_idx" ON "Thread"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Thread_tenantId_updatedAt_id_idx" ON "Thread"("tenantId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Thread_tenantId_stateUpdatedAt_id_idx" ON "Thread"("tenantId", "stateUpdatedAt", "id");

-- CreateIndex
CREATE INDEX "Thread_tenantId_status_id_idx" ON "Thread"("tenantId", "status", "id");

-- CreateIndex
CREATE INDEX "Thread_expiresAt_idx" ON "Thread"("expiresAt");

-- CreateIndex
CREATE INDEX "Thread_metadata_idx" ON "Thread" USING GIN ("metadata" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "ThreadState_values_idx" ON "ThreadState" USING GIN ("values" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "Run_threadId_sequence_idx" ON "Run"("threadId", "sequence");

-- CreateIndex
CREATE INDEX "Run_tenantId_createdAt_id_idx" ON "Run"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Run_tenantId_updatedAt_id_idx" ON "Run"("tenantId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Run_assistantId_idx" ON "Run"("assistantId");

-- CreateIndex
CREATE INDEX "Run_metadata_idx" ON "Run" USING GIN ("metadata" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "RunEvent_runId_seq_idx" ON "RunEvent"("runId", "seq");

-- CreateIndex
CREATE INDEX "Checkpoint_runId_idx" ON "Checkpoint"("runId");

-- CreateIndex
CREATE INDEX "CheckpointBlob_runId_idx" ON "CheckpointBlob"("runId");

-- CreateIndex
CREATE INDEX "CheckpointWrite_runId_idx" ON "CheckpointWrite"("runId");

-- CreateIndex
CREATE INDEX "Interrupt_tenantId_createdAt_id_idx" ON "Interrupt"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Interrupt_threadId_createdAt_idx" ON "Interrupt"("threadId", "createdAt");

-- AddForeignKey
ALTER TABLE "AssistantVersion" ADD CONSTRAINT "AssistantVersion_assistantId_fkey" FOREIGN KEY ("assistantId") REFERENCES "Assistant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ThreadState" ADD CONSTRAINT "ThreadState_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunPayload" ADD CONSTRAINT "RunPayload_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunEvent" ADD CONSTRAINT "RunEvent_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Checkpoint" ADD CONSTRAINT "Checkpoint_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckpointBlob" ADD CONSTRAINT "CheckpointBlob_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckpointWrite" ADD CONSTRAINT "CheckpointWrite_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Interrupt" ADD CONSTRAINT "Interrupt_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "Thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;
