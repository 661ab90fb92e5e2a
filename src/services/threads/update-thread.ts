import { badUserInput, notFound } from '../../domain/errors.js';
import { type JsonObject, mergeOneLevel } from '../../domain/json.js';
import type { Thread } from '../../domain/thread.js';
import { requireUuid } from '../../domain/uuid.js';
import { transact } from '../../store/database/database.js';
import { lockThread, updateThreadRow } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { requireTtl } from './create-thread.js';

/** Omitted keeps; null clears, where that makes sense. */
export interface UpdateThread {
  /** Merged one level deep. */
  readonly metadata?: JsonObject | null;
  /** null: never expires. */
  readonly ttlMinutes?: number | null;
}

/** Changes a thread's metadata or time to live, which begins anew, under its lock: two merges at once both count. */
export async function updateThread(caller: Caller, id: string, input: UpdateThread): Promise<Thread> {
  const threadId = requireUuid(id, ['id']);
  const { metadata, ttlMinutes } = input;
  if (metadata === undefined && ttlMinutes === undefined)
    throw badUserInput('The input holds nothing to update.', [{ path: ['input'], message: 'is empty' }]);
  if (metadata === null) throw badUserInput('`metadata` cannot be null.', [{ path: ['input', 'metadata'], message: 'cannot be null' }]);

  const updated = await transact(caller.database, async (db) => {
    const thread = await lockThread(db, caller, threadId);
    if (!thread) throw notFound('Thread', threadId);
    return updateThreadRow(db, caller, threadId, {
      ...(metadata && { metadata: mergeOneLevel(thread.metadata, metadata) }),
      ...(ttlMinutes !== undefined && { ttlMinutes: requireTtl(ttlMinutes) }),
    });
  });
  announce(caller, { tenantId: caller.tenantId, threadId, threadChanged: true, runIds: [] });
  return updated;
}
