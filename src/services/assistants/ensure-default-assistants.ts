import { EMPTY_RUN_CONFIG } from '../../domain/run-config.js';
import { insertDefaultAssistantsIfAbsent } from '../../store/assistants/assistants.js';
import { transact } from '../../store/database/database.js';
import type { Deps } from '../caller.js';
import { defaultAssistantId } from './read-assistants.js';

/** Gives every loaded graph its assistant at start; one that exists is left alone. Several processes may do so at once. */
export function ensureDefaultAssistants({ database, graphs }: Pick<Deps, 'database' | 'graphs'>): Promise<void> {
  const assistants = graphs.list().map(({ graphId, description }) => ({
    id: defaultAssistantId(graphId),
    graphId,
    name: graphId,
    description,
    config: EMPTY_RUN_CONFIG,
    context: null,
    metadata: { created_by: 'system' },
  }));
  return transact(database, (db) => insertDefaultAssistantsIfAbsent(db, assistants));
}
