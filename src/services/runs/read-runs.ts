import { notFound } from '../../domain/errors.js';
import { decidePage, LIST_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import type { Run } from '../../domain/run.js';
import { isUuid, requireUuid } from '../../domain/uuid.js';
import { listRunRows, type RunOrderField, type RunQuery } from '../../store/runs/list-runs.js';
import { findRunPayloadRows, findRuns, type RunPayload } from '../../store/runs/runs.js';
import { resolveAssistantId } from '../assistants/read-assistants.js';
import type { Caller } from '../caller.js';

/** Absent ids are absent from the map; ids that are no UUIDs too. */
export function findRunsByIds(caller: Caller, ids: readonly string[]): Promise<Map<string, Run>> {
  return findRuns(caller.database.prisma, caller, ids.filter(isUuid));
}

/** RUN_NOT_FOUND when there is none; BAD_USER_INPUT when the id is no UUID. `removed`: also one that was rolled back, while its log is kept. */
export async function getRun(
  caller: Caller,
  id: string,
  { path = ['id'], removed = false }: { path?: readonly string[]; removed?: boolean } = {},
): Promise<Run> {
  const runId = requireUuid(id, path);
  const run = (await findRuns(caller.database.prisma, caller, [runId], { removed })).get(runId);
  if (!run) throw notFound('Run', runId);
  return run;
}

/** Creation arguments and output of several runs. */
export function findRunPayloads(caller: Caller, runIds: readonly string[]): Promise<Map<string, RunPayload>> {
  return findRunPayloadRows(caller.database.prisma, caller, runIds);
}

export type { RunPayload } from '../../store/runs/runs.js';

export interface RunList {
  readonly filter?: RunQuery | null | undefined;
  readonly orderBy?: { readonly field: RunOrderField; readonly direction: 'ASC' | 'DESC' } | null | undefined;
  readonly page: PageArguments;
}

/** Newest first unless asked otherwise. */
export function listRuns(caller: Caller, { filter, orderBy, page }: RunList): Promise<Page<Run>> {
  const { ids, threadId, assistantId, cronId } = filter ?? {};
  return listRunRows(caller.database.prisma, caller, {
    query: {
      ...filter,
      ids: ids?.map((id, index) => requireUuid(id, ['filter', 'ids', index])) ?? null,
      threadId: threadId == null ? null : requireUuid(threadId, ['filter', 'threadId']),
      cronId: cronId == null ? null : requireUuid(cronId, ['filter', 'cronId']),
      assistantId: assistantId == null ? null : resolveAssistantId(assistantId),
    },
    orderBy: orderBy ?? { field: 'CREATED_AT', direction: 'DESC' },
    page: decidePage(page, LIST_PAGE),
  });
}
