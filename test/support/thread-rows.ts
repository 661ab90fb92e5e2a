import type { Database } from '../../src/store/database/database.js';

/** Every row of a thread's state: its memory, what it asks, its cached state and status. Not its runs, its log, and what counts or dates them. */
export async function dumpThread({ prisma }: Database, threadId: string): Promise<Record<string, unknown>> {
  const where = { threadId };
  const rows = {
    status: (await prisma.thread.findUnique({ where: { id: threadId }, select: { status: true } }))?.status,
    state: await prisma.threadState.findUnique({ where }),
    checkpoints: await prisma.checkpoint.findMany({ where, orderBy: [{ checkpointId: 'asc' }, { checkpointNs: 'asc' }] }),
    blobs: await prisma.checkpointBlob.findMany({ where, orderBy: [{ checkpointNs: 'asc' }, { channel: 'asc' }, { version: 'asc' }] }),
    writes: await prisma.checkpointWrite.findMany({ where, orderBy: { sequence: 'asc' } }),
    interrupts: await prisma.interrupt.findMany({ where, omit: { updatedAt: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
  };
  return JSON.parse(JSON.stringify(rows, readable)) as Record<string, unknown>;
}

function readable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  // Bytes have become an object of numbered bytes by now.
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}
