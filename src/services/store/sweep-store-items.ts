import { sweepStoreItems as deleteExpired } from '../../store/store-items/sweep-store-items.js';
import type { Deps } from '../caller.js';
import { announceItem } from '../feeds/announce.js';

const ITEMS_A_SWEEP = 500;

/** Deletes store items that have expired, a bounded number at a time; true when there may be more. */
export async function sweepStoreItems(deps: Deps): Promise<boolean> {
  const swept = await deleteExpired(deps.database.prisma, { limit: ITEMS_A_SWEEP });
  for (const item of swept) announceItem(deps, item);
  if (swept.length > 0) deps.telemetry.emit('storeItems.swept', { count: swept.length });
  return swept.length === ITEMS_A_SWEEP;
}
