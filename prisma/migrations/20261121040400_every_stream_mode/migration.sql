-- AlterEnum
-- Several values in one transaction, none of which is used in it: PostgreSQL 12 and later allow that.
ALTER TYPE "EventKind" ADD VALUE 'TASKS';
ALTER TYPE "EventKind" ADD VALUE 'CHECKPOINTS';
ALTER TYPE "EventKind" ADD VALUE 'DEBUG';
ALTER TYPE "EventKind" ADD VALUE 'EVENTS';
ALTER TYPE "EventKind" ADD VALUE 'TOOLS';
ALTER TYPE "EventKind" ADD VALUE 'FEEDBACK';
