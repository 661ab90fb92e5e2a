import type { Assistant, AssistantVersion } from '../../domain/assistant.js';
import type { JsonObject } from '../../domain/json.js';
import { decidePage, LIST_PAGE, type Page, type PageArguments } from '../../domain/page.js';
import { listAssistantVersions } from '../../store/assistants/list-assistant-versions.js';
import type { Caller } from '../caller.js';

export interface VersionList {
  /** Containment. */
  readonly metadata?: JsonObject | null;
  readonly page: Pick<PageArguments, 'first' | 'after'>;
}

/** Newest first. */
export function listVersions(caller: Caller, { id }: Assistant, { metadata, page }: VersionList): Promise<Page<AssistantVersion>> {
  const query = { assistantId: id, metadata: metadata ?? null };
  return listAssistantVersions(caller.database.prisma, query, decidePage(page, LIST_PAGE));
}
