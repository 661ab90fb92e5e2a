import { v7 as uuid7 } from 'uuid';
import type { Fence } from '../../src/domain/run.js';
import type { Database } from '../../src/store/database/database.js';

/** A thread without anything on it. */
export async function insertThread({ prisma }: Database): Promise<string> {
  const { id } = await prisma.thread.create({ data: { id: uuid7(), tenantId: 'default', metadata: {}, config: {} }, select: { id: true } });
  return id;
}

/** A run as a worker has it after its first claim; the run that was RUNNING on the thread is over with it. */
export async function insertRunningRun({ prisma }: Database, threadId: string): Promise<Fence> {
  await prisma.run.updateMany({ where: { threadId, status: 'RUNNING' }, data: { status: 'SUCCESS' } });
  const { id: runId, attempt } = await prisma.run.create({
    data: {
      id: uuid7(),
      tenantId: 'default',
      threadId,
      assistantId: uuid7(),
      graphId: 'g',
      status: 'RUNNING',
      attempt: 1,
      metadata: {},
      inputDigest: '',
    },
    select: { id: true, attempt: true },
  });
  return { runId, attempt };
}
