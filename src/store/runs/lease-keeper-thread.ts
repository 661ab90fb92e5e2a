import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import type { Fence } from '../../domain/run.js';
import type { LeaseKeeperData, LeaseOrder } from './lease-keeper.js';

/** The body of the lease keeper's thread. It runs on import: that is what a thread's entry file is for. */
const { connectionString, leaseMs, renewEveryMs } = workerData as LeaseKeeperData;
const held = new Map<string, Fence & { readonly until: number }>();
let connection: pg.Client | null = null;
let renewing = false;

setInterval(() => void renewAll(), renewEveryMs);

parentPort?.on('message', (order: LeaseOrder) => {
  switch (order.kind) {
    case 'hold':
      held.set(keyOf(order.fence), { ...order.fence, until: Date.now() + order.untilMs });
      break;
    case 'drop':
      held.delete(keyOf(order.fence));
  }
});

/** A failed renewal is repeated at the next tick, on a new connection; if that goes on the leases expire, which is what they are for. */
async function renewAll(): Promise<void> {
  const fences = [...held.values()].filter(({ until }) => until > Date.now());
  if (renewing || fences.length === 0) return;
  renewing = true;
  try {
    connection ??= await connect();
    const renewed = new Set(await renewIfHeld(connection, fences));
    for (const { runId, attempt } of fences) {
      if (renewed.has(runId) || !held.delete(keyOf({ runId, attempt }))) continue;
      parentPort?.postMessage({ runId, attempt } satisfies Fence);
    }
  } catch {
    void connection?.end().catch(() => undefined);
    connection = null;
  } finally {
    renewing = false;
  }
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: renewEveryMs, query_timeout: leaseMs });
  client.on('error', () => {
    connection = null;
  });
  await client.connect();
  return client;
}

async function renewIfHeld(client: pg.Client, fences: readonly Fence[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE "Run" r
        SET "leaseUntil" = clock_timestamp() + make_interval(secs => $3)
       FROM unnest($1::uuid[], $2::int[]) AS h("id", "attempt")
      WHERE r."id"      = h."id"
        AND r."attempt" = h."attempt"
        AND r."status"  = 'RUNNING'
     RETURNING r."id"`,
    [fences.map(({ runId }) => runId), fences.map(({ attempt }) => attempt), leaseMs / 1_000],
  );
  return rows.map(({ id }) => id);
}

function keyOf({ runId, attempt }: Fence): string {
  return `${runId}/${attempt}`;
}
