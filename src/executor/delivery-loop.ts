import { SECOND } from '../ports/clock.js';
import type { Deps } from '../services/caller.js';
import { deliver } from '../services/webhooks/deliver.js';
import { claimDeliveries, type ClaimedDelivery } from '../store/webhooks/claim-deliveries.js';
import { startLoop } from './loop.js';

const CALLS_AT_ONCE = 100;
/** A host that has so many is passed over until one ends; what one claim takes can make it almost twice as many. */
const CALLS_AT_ONCE_PER_HOST = 4;
/** Longer than a call may take. */
const LEASE_SECONDS = 60;
const LOOK_AGAIN_EVERY_MS = 30 * SECOND;

/** Makes webhook calls as they become due. Every process may do so; they share the work. */
export function startDeliveries(deps: Deps, { webhookSecret: secret }: { webhookSecret: string | null }): { stop(): Promise<void> } {
  const underWay = new Map<ClaimedDelivery, Promise<void>>();

  async function work(): Promise<boolean | number> {
    const limit = CALLS_AT_ONCE - underWay.size;
    if (limit <= 0) return false;
    const { deliveries, nextDueSeconds } = await claimDeliveries(deps.database.prisma, {
      limit,
      perHost: CALLS_AT_ONCE_PER_HOST,
      busyHosts: busyHosts(),
      leaseSeconds: LEASE_SECONDS,
    });
    for (const delivery of deliveries) start(delivery);
    if (deliveries.length > 0) return true;
    return nextDueSeconds === null ? false : nextDueSeconds * SECOND;
  }

  function start(delivery: ClaimedDelivery): void {
    const call = deliver(deps, delivery, { secret })
      .catch((error: unknown) => deps.telemetry.emit('loop.failed', { loop: 'deliveries', error }))
      .finally(() => {
        underWay.delete(delivery);
        loop.wake();
      });
    underWay.set(delivery, call);
  }

  function busyHosts(): string[] {
    const hosts = [...underWay.keys()].map(({ host }) => host);
    return [...new Set(hosts)].filter((host) => hosts.filter((other) => other === host).length >= CALLS_AT_ONCE_PER_HOST);
  }

  const loop = startLoop(deps, { name: 'deliveries', work, everyMs: LOOK_AGAIN_EVERY_MS, topic: 'deliveries' });
  return {
    async stop() {
      await loop.stop();
      await Promise.all(underWay.values());
    },
  };
}
