import { badUserInput } from '../../domain/errors.js';
import { findResumeFault, namedInterruptIds } from '../../domain/resume.js';
import type { RunKwargs } from '../../domain/run-kwargs.js';
import type { Db } from '../../store/database/database.js';
import { findWhatWaits } from '../../store/interrupts/find-what-waits.js';
import { findPendingInterruptsOfThreads } from '../../store/interrupts/interrupts.js';
import type { Tenant } from '../../store/tenant.js';

type Answer = Pick<RunKwargs, 'command' | 'checkpoint' | 'answers'>;

/**
 * Refuses a resume that would answer nothing: no interrupt waits, or it names one that does not. LangGraph itself would take such an answer
 * and keep it. While a run of the thread is active it may still change what waits, so nothing is refused then: {@link findAnswerFault} asks
 * again when the new run begins. From a checkpoint that the run names (time travel) the graph decides. Gives what the answer is given for, as
 * RunKwargs has it. In the transaction that holds the thread. One round trip, none without `command.resume`.
 * @throws BAD_USER_INPUT
 */
export async function requireAnswerable(
  db: Db,
  tenant: Tenant,
  { threadId, isBusy }: { threadId: string; isBusy: boolean },
  { command, checkpoint }: Omit<Answer, 'answers'>,
): Promise<Pick<RunKwargs, 'answers'>> {
  if (command?.resume === undefined || checkpoint !== null) return {};
  if (isBusy) {
    const pending = (await findPendingInterruptsOfThreads(db, tenant, [threadId])).get(threadId);
    return pending ? { answers: [...new Set(pending.map(({ interruptId }) => interruptId))] } : {};
  }
  const { resume } = command;
  const waiting = await findWhatWaits(db, tenant, { threadId, interruptIds: namedInterruptIds(resume) ?? [] });
  const fault = waiting && findResumeFault(resume, waiting);
  if (fault !== null) throw badUserInput(describe(threadId, fault), [{ path: ['input', 'command', 'resume'], message: fault }]);
  return waiting ? { answers: waiting.interruptIds } : {};
}

/**
 * Why the answer of a run that is about to begin answers nothing, or something else than it was given for; null when all is well, or only
 * the graph can tell. One round trip, none without `command.resume`.
 */
export async function findAnswerFault(
  db: Db,
  tenant: Tenant,
  { threadId, kwargs: { command, checkpoint, answers } }: { threadId: string; kwargs: Answer },
): Promise<string | null> {
  if (command?.resume === undefined || checkpoint !== null) return null;
  const { resume } = command;
  const waiting = await findWhatWaits(db, tenant, { threadId, interruptIds: namedInterruptIds(resume) ?? [] });
  const fault = waiting && findResumeFault(resume, waiting, answers);
  return fault && describe(threadId, fault);
}

function describe(threadId: string, fault: string): string {
  return `\`input.command.resume\` on thread ${threadId} ${fault}`;
}
