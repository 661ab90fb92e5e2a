import type { StatePlace } from '../../domain/thread-state.js';
import type { Db } from '../database/database.js';

/** A checkpoint of a thread, by its name. */
type Place = StatePlace & { readonly checkpointId: string };

/** Which of several checkpoints of a thread there are, as a function that tells of each. One round trip. */
export async function findCheckpoints(db: Db, threadId: string, places: readonly Place[]): Promise<(place: Place) => boolean> {
  const rows = await db.checkpoint.findMany({
    where: { threadId, checkpointId: { in: places.map(({ checkpointId }) => checkpointId) } },
    select: { checkpointNs: true, checkpointId: true },
  });
  const names = new Set(rows.map(nameOf));
  return (place) => names.has(nameOf(place));
}

function nameOf({ checkpointNs, checkpointId }: Place): string {
  return `${checkpointId}/${checkpointNs}`;
}
