import type { RunStatus } from '../../../src/domain/run.js';
import type { Caller } from '../../../src/services/caller.js';
import { isPaused } from '../../../src/services/runs/settle-run.js';
import { findThreadStates } from '../../../src/store/threads/thread-states.js';

/** What is left of one thread when all of its runs have ended. */
export interface ThreadRows {
  readonly thread: { readonly id: string; readonly status: string } | null;
  /** In order of creation, removed ones too. */
  readonly runs: readonly { readonly id: string; readonly status: RunStatus; readonly removedAt: Date | null }[];
  readonly events: readonly { readonly seq: number; readonly runId: string | null; readonly kind: string; readonly data: unknown }[];
  /** Which runs the rows of its memory are from. */
  readonly memory: readonly { readonly table: string; readonly runId: string | null }[];
  /** The cached state. */
  readonly state: { readonly checkpointId: string | null; readonly values: unknown } | null;
  /** The state itself, read by the graph, and the inbox, which should tell the same. */
  readonly waiting: {
    readonly checkpointId: string | null;
    readonly values: unknown;
    readonly isPaused: boolean;
    readonly interrupts: readonly string[];
    readonly inbox: readonly string[];
  };
}

const NO_RUN = '00000000-0000-0000-0000-000000000000';

export async function readRows(caller: Caller, threadId: string): Promise<ThreadRows> {
  const { prisma } = caller.database;
  const where = { threadId };
  const thread = await prisma.thread.findUnique({ where: { id: threadId }, select: { id: true, status: true, metadata: true } });
  const tables = {
    Checkpoint: await prisma.checkpoint.groupBy({ by: ['runId'], where }),
    CheckpointBlob: await prisma.checkpointBlob.groupBy({ by: ['runId'], where }),
    CheckpointWrite: await prisma.checkpointWrite.groupBy({ by: ['runId'], where }),
    Interrupt: await prisma.interrupt.groupBy({ by: ['runId'], where }),
  };
  const graphId = (thread?.metadata as { graph_id?: string } | undefined)?.graph_id;
  const read = graphId === undefined ? null : await caller.graphs.readState({ graphId, threadId });
  const inbox = await prisma.interrupt.findMany({ where: { threadId, resolvedAt: null }, select: { interruptId: true } });
  return {
    thread,
    runs: await prisma.run.findMany({ where, orderBy: { sequence: 'asc' }, select: { id: true, status: true, removedAt: true } }),
    events: await prisma.runEvent.findMany({ where, orderBy: { seq: 'asc' }, select: { seq: true, runId: true, kind: true, data: true } }),
    memory: Object.entries(tables).flatMap(([table, rows]) => rows.map(({ runId }) => ({ table, runId: runId === NO_RUN ? null : runId }))),
    state: (await findThreadStates(prisma, caller, [threadId])).get(threadId) ?? null,
    waiting: {
      checkpointId: read?.checkpointId ?? null,
      values: read?.values ?? null,
      isPaused: read !== null && isPaused(read),
      interrupts: (read?.interrupts ?? []).map(({ interruptId }) => interruptId).sort(),
      inbox: inbox.map(({ interruptId }) => interruptId).sort(),
    },
  };
}
