import { v7 as uuid7 } from 'uuid';
import type { Cron, CronPayload } from '../../domain/cron.js';
import { notFound } from '../../domain/errors.js';
import type { JsonObject } from '../../domain/json.js';
import { requireUuid } from '../../domain/uuid.js';
import { holdAssistant } from '../../store/assistants/assistants.js';
import { insertCron } from '../../store/crons/crons.js';
import { transact } from '../../store/database/database.js';
import { lockThread } from '../../store/threads/threads.js';
import type { Caller } from '../caller.js';
import { decideCronColumns, requireEndAt } from './cron-columns.js';

export interface CreateCron extends CronPayload {
  /** Set: every firing runs on that thread. Else each makes a new one. */
  readonly threadId?: string | null;
  readonly assistantId: string;
  readonly schedule: string;
  readonly timezone?: string | null;
  readonly enabled?: boolean | null;
  readonly endAt?: Date | null;
  readonly onRunCompleted?: 'DELETE' | 'KEEP' | null;
  readonly metadata?: JsonObject | null;
}

/**
 * Creates a cron, which fires from now on. Of a cron and the deletion of its assistant at once, either there is no such cron or the
 * deletion takes it along. Five round trips, one more with a thread.
 * @throws INVALID_CRON_SCHEDULE, ASSISTANT_NOT_FOUND, GRAPH_NOT_FOUND, THREAD_NOT_FOUND, BAD_USER_INPUT; then nothing has changed
 */
export async function createCron(caller: Caller, input: CreateCron): Promise<Cron> {
  const { threadId, assistantId, schedule, timezone, enabled, endAt, onRunCompleted, metadata, ...payload } = input;
  const columns = await decideCronColumns(caller, {
    id: uuid7(),
    assistantId,
    threadId: threadId == null ? null : requireUuid(threadId, ['input', 'threadId']),
    schedule,
    timezone: timezone ?? 'UTC',
    enabled: enabled ?? true,
    onRunCompleted: onRunCompleted ?? 'DELETE',
    endAt: requireEndAt(caller, endAt ?? null),
    payload,
    metadata: metadata ?? {},
  });
  const cron = await transact(caller.database, async (db) => {
    if (columns.threadId !== null && !(await lockThread(db, caller, columns.threadId))) throw notFound('Thread', columns.threadId);
    if (!(await holdAssistant(db, columns.assistantId))) throw notFound('Assistant', columns.assistantId);
    return insertCron(db, caller, columns);
  });
  caller.signals.notify('crons');
  return cron;
}
