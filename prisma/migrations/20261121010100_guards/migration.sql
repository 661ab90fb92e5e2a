-- What schema.prisma cannot express.

-- At most one RUNNING run per thread.
CREATE UNIQUE INDEX "Run_running_threadId_key" ON "Run"("threadId") WHERE "status" = 'RUNNING';

-- The next run of a thread.
CREATE INDEX "Run_pending_threadId_sequence_idx" ON "Run"("threadId", "sequence") WHERE "status" = 'PENDING';

-- Threads with a due run.
CREATE INDEX "Run_pending_availableAt_idx" ON "Run"("availableAt") WHERE "status" = 'PENDING';

-- Expired leases.
CREATE INDEX "Run_running_leaseUntil_idx" ON "Run"("leaseUntil") WHERE "status" = 'RUNNING';

ALTER TABLE "Run"
  ADD CONSTRAINT "Run_attempt_check" CHECK ("attempt" >= 0),
  ADD CONSTRAINT "Run_lostCount_check" CHECK ("lostCount" >= 0);

ALTER TABLE "Thread" ADD CONSTRAINT "Thread_nextSeq_check" CHECK ("nextSeq" >= 1);

ALTER TABLE "RunEvent" ADD CONSTRAINT "RunEvent_seq_check" CHECK ("seq" >= 1);
