import { notFound } from '../../domain/errors.js';
import { requireUuid } from '../../domain/uuid.js';
import { transact } from '../../store/database/database.js';
import type { Caller } from '../caller.js';
import { announceDeleted, deleteWithRuns } from './delete-with-runs.js';

/**
 * Deletes a thread with its runs, events, checkpoints and interrupts; returns the id. A run that is active is cancelled with it.
 * @throws THREAD_NOT_FOUND, BAD_USER_INPUT
 */
export async function deleteThread(caller: Caller, id: string): Promise<string> {
  const threadId = requireUuid(id, ['id']);
  const deleted = await transact(caller.database, async (db) => {
    const found = await deleteWithRuns(db, caller, [threadId]);
    if (found.threadIds.length === 0) throw notFound('Thread', threadId);
    return found;
  });
  announceDeleted(caller, deleted);
  return threadId;
}
