import { Worker } from 'node:worker_threads';
import type { Fence } from '../../domain/run.js';

/** Renewals per lease: three may fail before it expires. */
const RENEWALS_PER_LEASE = 4;

export interface LeaseKeeper {
  /** Renews this run's lease from now on, at the longest for `untilMs`: a graph that never ends must not hold its run for ever. */
  hold(fence: Fence, limit: { readonly untilMs: number }): void;
  drop(fence: Fence): void;
  stop(): Promise<void>;
}

/** What the keeper's thread is told. */
export type LeaseOrder =
  { readonly kind: 'hold'; readonly fence: Fence; readonly untilMs: number } | { readonly kind: 'drop'; readonly fence: Fence };

export interface LeaseKeeperData {
  readonly connectionString: string;
  readonly leaseMs: number;
  readonly renewEveryMs: number;
}

/**
 * Renews the leases of the runs that this process executes, from a thread and a connection of its own, so that a graph which blocks the
 * event loop keeps its runs; a killed process takes the thread with it. `onLost` tells of a run that another attempt has taken.
 */
export function startLeaseKeeper(
  connectionString: string,
  { leaseMs, onLost }: { leaseMs: number; onLost: (fence: Fence) => void },
): LeaseKeeper {
  const data: LeaseKeeperData = { connectionString, leaseMs, renewEveryMs: leaseMs / RENEWALS_PER_LEASE };
  const thread = new Worker(threadEntry(), { workerData: data, execArgv: [] });
  thread.on('message', onLost);
  const tell = (order: LeaseOrder): void => thread.postMessage(order);
  return {
    hold: ({ runId, attempt }, { untilMs }) => tell({ kind: 'hold', fence: { runId, attempt }, untilMs }),
    drop: ({ runId, attempt }) => tell({ kind: 'drop', fence: { runId, attempt } }),
    async stop() {
      await thread.terminate();
    },
  };
}

/** A module of JavaScript that loads the thread's body: Node 20 refuses TypeScript as the entry of a thread, whatever loader it is given. */
function threadEntry(): URL {
  const [loader, body, here] = [import.meta.resolve('tsx/esm/api'), './lease-keeper-thread.ts', import.meta.url].map((text) =>
    JSON.stringify(text),
  );
  const script = `import { tsImport } from ${loader}; await tsImport(${body}, ${here});`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}
