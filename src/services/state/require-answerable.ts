import { badUserInput } from '../../domain/errors.js';
import { findResumeFault, namedInterruptIds } from '../../domain/resume.js';
import type { RunKwargs } from '../../domain/run-kwargs.js';
import type { Db } from '../../store/database/database.js';
import { findWhatWaits } from '../../store/interrupts/find-what-waits.js';
import type { Tenant } from '../../store/tenant.js';

/**
 * Refuses a resume that would answer nothing: no interrupt waits, or it names one that does not. LangGraph itself would take such an answer
 * and keep it. To be asked when nothing is left that could still change what waits: in the transaction that holds the thread, while no run
 * of it is active. From a checkpoint that the run names (time travel) the graph decides. One round trip, none without `command.resume`.
 * @throws BAD_USER_INPUT
 */
export async function requireAnswerable(
  db: Db,
  tenant: Tenant,
  threadId: string,
  { command, checkpoint }: Pick<RunKwargs, 'command' | 'checkpoint'>,
): Promise<void> {
  if (command?.resume === undefined || checkpoint !== null) return;
  const { resume } = command;
  const waiting = await findWhatWaits(db, tenant, { threadId, interruptIds: namedInterruptIds(resume) ?? [] });
  const fault = waiting && findResumeFault(resume, waiting);
  if (fault === null) return;
  const issue = { path: ['input', 'command', 'resume'], message: fault };
  throw badUserInput(`\`input.command.resume\` on thread ${threadId} ${fault}`, [issue]);
}
