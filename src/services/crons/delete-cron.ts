import { notFound } from '../../domain/errors.js';
import { requireUuid } from '../../domain/uuid.js';
import { deleteCronRow } from '../../store/crons/crons.js';
import type { Caller } from '../caller.js';

/** Deletes a cron with the record of its firings; runs that it fired stay. Returns the id. One round trip. @throws CRON_NOT_FOUND */
export async function deleteCron(caller: Caller, id: string): Promise<string> {
  const cronId = requireUuid(id, ['id']);
  if (!(await deleteCronRow(caller.database.prisma, caller, cronId))) throw notFound('Cron', cronId);
  return cronId;
}
