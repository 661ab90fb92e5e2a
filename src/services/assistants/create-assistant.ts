import { v7 as uuid7 } from 'uuid';
import type { Assistant } from '../../domain/assistant.js';
import { decideNewAssistant, type NewAssistant } from '../../domain/assistant-changes.js';
import { AppError } from '../../domain/errors.js';
import { requireUuid } from '../../domain/uuid.js';
import { findAssistants, insertAssistantIfAbsent } from '../../store/assistants/assistants.js';
import { transact } from '../../store/database/database.js';
import type { Caller } from '../caller.js';
import { unknownGraph } from '../threads/create-thread.js';

export interface CreateAssistant extends NewAssistant {
  readonly id?: string | null;
  /** What to do when the id is taken. */
  readonly ifExists?: 'RAISE' | 'DO_NOTHING' | null;
}

/**
 * Creates an assistant with its version 1. Two calls at once with one id: one creates, the other finds it. Two round trips in a transaction.
 * @throws GRAPH_NOT_FOUND, ALREADY_EXISTS, BAD_USER_INPUT
 */
export async function createAssistant(caller: Caller, { id: givenId, ifExists, ...given }: CreateAssistant): Promise<Assistant> {
  const id = givenId == null ? uuid7() : requireUuid(givenId, ['input', 'id']);
  const content = decideNewAssistant(given);
  if (!caller.graphs.has(content.graphId)) throw unknownGraph(caller, content.graphId);
  const created = await transact(caller.database, (db) => insertAssistantIfAbsent(db, caller, id, content));
  if (created) return created;

  const existing = ifExists === 'DO_NOTHING' ? (await findAssistants(caller.database.prisma, caller, [id])).get(id) : null;
  if (existing) return existing;
  const wayOut = 'Choose another id, leave it out, or pass `ifExists: DO_NOTHING`.';
  throw new AppError('ALREADY_EXISTS', `Assistant ${id} already exists. ${wayOut}`, { id });
}
