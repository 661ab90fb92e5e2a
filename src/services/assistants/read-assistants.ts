import { v5 as uuid5 } from 'uuid';
import type { Assistant } from '../../domain/assistant.js';
import { type AppError, notFound } from '../../domain/errors.js';
import { decidePage, LIST_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import { isUuid, requireUuid } from '../../domain/uuid.js';
import { findAssistants } from '../../store/assistants/assistants.js';
import { type AssistantOrderField, type AssistantQuery, listAssistantRows } from '../../store/assistants/list-assistants.js';
import type { Caller } from '../caller.js';

/** LangGraph's namespace for the assistants that graphs get at start. */
const ASSISTANT_NAMESPACE = '6ba7b821-9dad-11d1-80b4-00c04fd430c8';

/** The id of a graph's default assistant: the same on every server, as on LangGraph Platform. */
export function defaultAssistantId(graphId: string): string {
  return uuid5(graphId, ASSISTANT_NAMESPACE);
}

/** An assistant by its UUID, or a graph's default one by graph id; null when there is none. */
export async function findAssistant(caller: Caller, id: string): Promise<Assistant | null> {
  const assistantId = resolveAssistantId(id);
  return (await findAssistants(caller.database.prisma, caller, [assistantId])).get(assistantId) ?? null;
}

/** As {@link findAssistant}; ASSISTANT_NOT_FOUND when there is none. */
export async function getAssistant(caller: Caller, id: string): Promise<Assistant> {
  const assistant = await findAssistant(caller, id);
  if (!assistant) throw unknownAssistant(caller, id);
  return assistant;
}

/** ASSISTANT_NOT_FOUND, with the graph ids that can stand for one. */
export function unknownAssistant(caller: Pick<Caller, 'graphs'>, id: string): AppError {
  const known = caller.graphs.list().map(({ graphId }) => graphId);
  const error = notFound('Assistant', id);
  error.message += ` Use the UUID of an assistant, or one of the graph ids: ${known.join(', ')}.`;
  return error;
}

/** Absent ids are absent from the map; ids that are no UUIDs too. */
export async function findAssistantsByIds(caller: Caller, ids: readonly string[]): Promise<Map<string, Assistant>> {
  return findAssistants(caller.database.prisma, caller, ids.filter(isUuid));
}

export interface AssistantList {
  readonly filter?: AssistantQuery | null | undefined;
  readonly orderBy?: { readonly field: AssistantOrderField; readonly direction: 'ASC' | 'DESC' } | null | undefined;
  readonly page: PageArguments;
}

/** Newest first unless asked otherwise. */
export function listAssistants(caller: Caller, { filter, orderBy, page }: AssistantList): Promise<Page<Assistant>> {
  const query = { ...filter, ids: filter?.ids?.map((id, index) => requireUuid(id, ['filter', 'ids', index])) ?? null };
  return listAssistantRows(caller.database.prisma, caller, {
    query,
    orderBy: orderBy ?? { field: 'CREATED_AT', direction: 'DESC' },
    page: decidePage(page, LIST_PAGE),
  });
}

/** A graph id stands for that graph's default assistant. */
export function resolveAssistantId(id: string): string {
  return isUuid(id) ? id.toLowerCase() : defaultAssistantId(id);
}
