import type { Assistant } from '../../domain/assistant.js';
import { applyAssistantChanges, type AssistantChanges, checkAssistantChanges } from '../../domain/assistant-changes.js';
import { AppError, badUserInput } from '../../domain/errors.js';
import { appendAssistantVersion, findAssistantVersion, findLastVersionNumber } from '../../store/assistants/assistant-versions.js';
import { lockAssistant, type LockedAssistant, makeVersionLive } from '../../store/assistants/assistants.js';
import { type Db, transact } from '../../store/database/database.js';
import { mayChange } from '../../store/tenant.js';
import type { Caller } from '../caller.js';
import { unknownGraph } from '../threads/create-thread.js';
import { resolveAssistantId, unknownAssistant } from './read-assistants.js';

/**
 * Writes the next version of an assistant and makes it live. Under the assistant's lock: two updates at once are two versions, the later
 * one on top of the earlier. Runs that were created before keep what they were created with. Four round trips.
 * @throws ASSISTANT_NOT_FOUND, GRAPH_NOT_FOUND, FORBIDDEN, BAD_USER_INPUT; then nothing has changed
 */
export async function updateAssistant(caller: Caller, id: string, changes: AssistantChanges): Promise<Assistant> {
  checkAssistantChanges(changes);
  const { graphId } = changes;
  if (graphId != null && !caller.graphs.has(graphId)) throw unknownGraph(caller, graphId);
  return transact(caller.database, async (db) => {
    const assistant = await lockToChange(db, caller, id);
    const content = applyAssistantChanges(assistant, changes);
    const updatedAt = caller.clock.now();
    const version = await appendAssistantVersion(db, assistant.id, { createdAt: updatedAt, content });
    return makeVersionLive(db, assistant.id, { version, updatedAt, content });
  });
}

/**
 * Makes an earlier version the live one, with everything that stands in it; versions after it stay, and the next one is numbered after the
 * last of them. Three round trips.
 * @throws ASSISTANT_NOT_FOUND (also for a version that was never written), GRAPH_NOT_FOUND, FORBIDDEN, BAD_USER_INPUT
 */
export async function setAssistantVersion(caller: Caller, id: string, version: number): Promise<Assistant> {
  if (version < 1) throw badUserInput('`version` must be at least 1.', [{ path: ['version'], message: 'must be at least 1' }]);
  return transact(caller.database, async (db) => {
    const assistant = await lockToChange(db, caller, id);
    const found = await findAssistantVersion(db, assistant.id, version);
    if (!found) {
      const last = await findLastVersionNumber(db, assistant.id);
      const fact = `Assistant ${assistant.id} has no version ${version}: its last one is ${last}.`;
      throw new AppError('ASSISTANT_NOT_FOUND', `${fact} \`Assistant.versions\` lists them.`, { id: assistant.id, version });
    }
    if (!caller.graphs.has(found.graphId)) throw unknownGraph(caller, found.graphId);
    return makeVersionLive(db, assistant.id, { version, updatedAt: caller.clock.now(), content: found });
  });
}

async function lockToChange(db: Db, caller: Caller, id: string): Promise<LockedAssistant> {
  const assistant = await lockAssistant(db, caller, resolveAssistantId(id));
  if (!assistant) throw unknownAssistant(caller, id);
  if (mayChange(caller, assistant)) return assistant;
  throw new AppError('FORBIDDEN', `Assistant ${assistant.id} is everybody's and cannot be changed. Create one of your own.`, {
    id: assistant.id,
  });
}
