-- DropIndex
DROP INDEX "Thread_tenantId_stateUpdatedAt_id_idx";

-- What schema.prisma cannot express.

-- Threads in the order of their states, those without one as the oldest.
CREATE INDEX "Thread_tenantId_stateUpdatedAt_or_never_id_idx" ON "Thread"("tenantId", (COALESCE("stateUpdatedAt", '-infinity')), "id");

-- The inbox: few wait, many were answered.
CREATE INDEX "Interrupt_pending_tenantId_createdAt_id_idx" ON "Interrupt"("tenantId", "createdAt", "id") WHERE "resolvedAt" IS NULL;
