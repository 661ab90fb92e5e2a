import { v7 as uuid7 } from 'uuid';
import { toCreateRun } from '../../domain/cron.js';
import { notFound } from '../../domain/errors.js';
import type { Run } from '../../domain/run.js';
import { recordCronFires } from '../../store/crons/cron-fires.js';
import { lockCron } from '../../store/crons/crons.js';
import type { Caller } from '../caller.js';
import { announceRun, planRun } from '../runs/create-run.js';
import { placeRun } from '../runs/place-run.js';
import { transactWithState } from '../state/transact-with-state.js';
import { getCron } from './read-crons.js';

/** Runs a cron now, paused or not, beside its schedule. @throws CRON_NOT_FOUND, and as createRun; then nothing has changed */
export async function fireCron(caller: Caller, id: string): Promise<Run> {
  const cron = await getCron(caller, id);
  const planned = { ...(await planRun(caller, toCreateRun(cron), ['input'])), cronId: cron.id };
  const firedAt = caller.clock.now();
  const placed = await transactWithState(caller, async (transaction) => {
    const { db } = transaction;
    const one = await placeRun(transaction, caller, planned);
    const held = await lockCron(db, caller, cron.id);
    if (!held) throw notFound('Cron', cron.id);
    const fire = { id: uuid7(), scheduledAt: firedAt, firedAt, missedCount: 0, runStatus: null, error: null };
    const fires = [{ ...fire, outcome: 'MANUAL', runId: one.run.id } as const];
    await recordCronFires(db, caller, { cronId: cron.id, fires, nextRunAt: held.nextRunAt });
    return one;
  });
  announceRun(caller, placed);
  caller.telemetry.emit('cron.fired', { cronId: cron.id, outcome: 'MANUAL', runId: placed.run.id, latenessMs: 0 });
  return placed.run;
}
