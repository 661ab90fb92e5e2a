import { type Cron, type CronPayload, nextRunAt } from '../../domain/cron.js';
import { badUserInput, notFound } from '../../domain/errors.js';
import { type JsonObject, mergeOneLevel } from '../../domain/json.js';
import { requireUuid } from '../../domain/uuid.js';
import { findLastServedAt } from '../../store/crons/cron-fires.js';
import { lockCron, updateCronRow } from '../../store/crons/crons.js';
import { type Db, transact } from '../../store/database/database.js';
import type { Caller } from '../caller.js';
import { decideCronColumns, requireEndAt } from './cron-columns.js';
import { getCron } from './read-crons.js';

/** Omitted keeps; null clears, where that makes sense. */
export interface UpdateCron extends CronPayload {
  readonly schedule?: string | null;
  readonly timezone?: string | null;
  readonly enabled?: boolean | null;
  readonly endAt?: Date | null;
  readonly onRunCompleted?: 'DELETE' | 'KEEP' | null;
  /** Merged one level deep. */
  readonly metadata?: JsonObject | null;
}

const REQUIRED = [
  ...(['schedule', 'timezone', 'enabled', 'onRunCompleted', 'metadata', 'multitaskStrategy', 'streamModes'] as const),
  ...(['streamSubgraphs', 'streamResumable', 'durability'] as const),
];

/**
 * Changes any part of a cron. When the schedule, the zone, the end or `enabled` is among them, the next fire time is computed from now: what
 * a paused cron would have fired is not caught up with, and what was fired by a clock that went ahead is not fired again. Two updates at once:
 * both count. Seven round trips, one more with a new fire time.
 * @throws CRON_NOT_FOUND, INVALID_CRON_SCHEDULE, ASSISTANT_NOT_FOUND, GRAPH_NOT_FOUND, BAD_USER_INPUT; then nothing has changed
 */
export async function updateCron(caller: Caller, id: string, input: UpdateCron): Promise<Cron> {
  checkUpdate(input);
  const cronId = requireUuid(id, ['id']);
  for (;;) {
    const seen = await getCron(caller, cronId);
    const { schedule, timezone, enabled, endAt, onRunCompleted, metadata, ...payload } = input;
    const columns = await decideCronColumns(caller, {
      ...seen,
      schedule: schedule ?? seen.schedule,
      timezone: timezone ?? seen.timezone,
      enabled: enabled ?? seen.enabled,
      onRunCompleted: onRunCompleted ?? seen.onRunCompleted,
      endAt: endAt === undefined ? seen.endAt : requireEndAt(caller, endAt),
      payload: { ...seen.payload, ...payload },
      metadata: mergeOneLevel(seen.metadata, metadata ?? {}),
    });
    const isRescheduled = [schedule, timezone, enabled, endAt].some((part) => part !== undefined);
    const updated = await transact(caller.database, async (db) => {
      const held = await lockCron(db, caller, cronId);
      if (!held) throw notFound('Cron', cronId);
      if (held.updatedAt.getTime() !== seen.updatedAt.getTime()) return null;
      const updatedAt = new Date(Math.max(caller.clock.now().getTime(), held.updatedAt.getTime() + 1));
      const nextAt = isRescheduled ? await findNextRunAt(db, { ...columns, now: caller.clock.now() }) : held.nextRunAt;
      return updateCronRow(db, caller, cronId, { ...columns, nextRunAt: nextAt, updatedAt });
    });
    // Somebody else changed it meanwhile: the change is laid on theirs.
    if (!updated) continue;
    caller.signals.notify('crons');
    return updated;
  }
}

async function findNextRunAt(
  db: Db,
  { id, now, ...cron }: Pick<Cron, 'id' | 'schedule' | 'timezone' | 'enabled' | 'endAt'> & { readonly now: Date },
): Promise<Date | null> {
  const servedAt = await findLastServedAt(db, id);
  return nextRunAt(cron, servedAt !== null && servedAt > now ? servedAt : now);
}

function checkUpdate(input: UpdateCron): void {
  if (Object.values(input).every((value) => value === undefined)) {
    throw badUserInput('The input holds nothing to update.', [{ path: ['input'], message: 'is empty' }]);
  }
  const issues = REQUIRED.filter((key) => input[key] === null).map((key) => ({ path: ['input', key], message: 'cannot be null' }));
  if (issues.length > 0) throw badUserInput(`${issues.map(({ path }) => `\`${path.join('.')}\``).join(', ')} cannot be null.`, issues);
}
