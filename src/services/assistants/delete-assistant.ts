import { AppError } from '../../domain/errors.js';
import { lockAssistant } from '../../store/assistants/assistants.js';
import { deleteAssistantRow } from '../../store/assistants/delete-assistant-row.js';
import { findActiveRunOfAssistant } from '../../store/assistants/find-active-run-of-assistant.js';
import { lockThreadsOfAssistant } from '../../store/assistants/lock-threads-of-assistant.js';
import { deleteCronsOfAssistant } from '../../store/crons/crons.js';
import { transact } from '../../store/database/database.js';
import type { Caller } from '../caller.js';
import { announceDeleted, deleteWithRuns } from '../threads/delete-with-runs.js';
import { resolveAssistantId, unknownAssistant } from './read-assistants.js';

/**
 * Deletes an assistant with its versions and its runs; returns the id. What its runs left in their threads stays, unless `deleteThreads`:
 * then the threads go whose last run was its, as deleteThread does it (a run of another assistant that is active there is cancelled).
 * Locks are taken in the order thread, assistant. Three round trips, six with the threads.
 * @throws ASSISTANT_NOT_FOUND, RUN_ACTIVE when a run of it has not ended, FORBIDDEN for the assistant that a graph got at start; then
 * nothing has changed
 */
export async function deleteAssistant(
  caller: Caller,
  id: string,
  { deleteThreads: withThreads }: { deleteThreads: boolean },
): Promise<string> {
  const assistantId = resolveAssistantId(id);
  const gone = await transact(caller.database, async (db) => {
    const threadIds = withThreads ? await lockThreadsOfAssistant(db, caller, assistantId) : [];
    const assistant = await lockAssistant(db, caller, assistantId, { toDelete: true });
    if (!assistant) throw unknownAssistant(caller, id);
    if (assistant.tenantId === null) throw systemAssistant(assistantId, assistant.graphId);
    const activeRunId = await findActiveRunOfAssistant(db, caller, assistantId);
    if (activeRunId !== null) throw runActive(assistantId, activeRunId);
    const deleted = await deleteWithRuns(db, caller, threadIds);
    await deleteCronsOfAssistant(db, caller, assistantId);
    await deleteAssistantRow(db, caller, assistantId);
    return deleted;
  });
  announceDeleted(caller, gone);
  return assistantId;
}

function systemAssistant(id: string, graphId: string): AppError {
  const message = `Assistant ${id} is the one that graph ${graphId} got from the server; it cannot be deleted. Change it, or create one of your own.`;
  return new AppError('FORBIDDEN', message, { id });
}

function runActive(id: string, activeRunId: string): AppError {
  const message = `Assistant ${id} cannot be deleted while run ${activeRunId} is active. Wait for its end, or cancel it.`;
  return new AppError('RUN_ACTIVE', message, { id, activeRunId });
}
