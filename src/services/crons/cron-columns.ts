import type { Cron } from '../../domain/cron.js';
import { nextRunAt, toCreateRun } from '../../domain/cron.js';
import { requireCronSchedule } from '../../domain/cron-schedule.js';
import { badUserInput } from '../../domain/errors.js';
import type { CronColumns } from '../../store/crons/crons.js';
import type { Caller } from '../caller.js';
import { planRun } from '../runs/create-run.js';

type Draft = Omit<CronColumns, 'nextRunAt'> & Pick<Cron, 'id'>;

/**
 * Checks what a cron is to be, and computes its next fire time from now. Two round trips, outside any transaction.
 * @throws INVALID_CRON_SCHEDULE, ASSISTANT_NOT_FOUND, GRAPH_NOT_FOUND, BAD_USER_INPUT
 */
export async function decideCronColumns(caller: Caller, draft: Draft): Promise<CronColumns & Pick<Cron, 'id'>> {
  const now = caller.clock.now();
  const schedule = requireCronSchedule(draft, { now, path: ['input'] });
  const unchecked = { ...draft, ...schedule, nextRunAt: null, createdAt: now, updatedAt: now };
  const { assistant } = await planRun(caller, toCreateRun(unchecked), ['input']);
  const cron = { ...draft, ...schedule, assistantId: assistant.id };
  return { ...cron, nextRunAt: nextRunAt(cron, now) };
}

/** BAD_USER_INPUT unless it lies in the future. */
export function requireEndAt(caller: Caller, endAt: Date | null): Date | null {
  if (endAt === null || endAt > caller.clock.now()) return endAt;
  const message = 'must lie in the future';
  throw badUserInput(`\`input.endAt\` ${message}.`, [{ path: ['input', 'endAt'], message }]);
}
