import type { AssistantContent, AssistantVersion } from '../../domain/assistant.js';
import type { AssistantVersion as VersionRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { fromContent, toContent } from './assistants.js';

export function toVersion(row: VersionRow): AssistantVersion {
  const { assistantId, version, createdAt } = row;
  return { ...{ assistantId, version, createdAt }, ...toContent(row) };
}

/** One version of an assistant that the caller was shown or holds; null when it has no such version. */
export async function findAssistantVersion(db: Db, assistantId: string, version: number): Promise<AssistantVersion | null> {
  const row = await db.assistantVersion.findUnique({ where: { assistantId_version: { assistantId, version } } });
  return row && toVersion(row);
}

/** The highest number that a version of the assistant has. */
export async function findLastVersionNumber(db: Db, assistantId: string): Promise<number> {
  const { _max } = await db.assistantVersion.aggregate({ where: { assistantId }, _max: { version: true } });
  return _max.version ?? 0;
}

/** Adds the version after the last one and returns its number. The caller's transaction holds the assistant, or two would take one number. */
export async function appendAssistantVersion(
  db: Db,
  assistantId: string,
  { createdAt, content }: { createdAt: Date; content: AssistantContent },
): Promise<number> {
  const version = (await findLastVersionNumber(db, assistantId)) + 1;
  await db.assistantVersion.create({ data: { assistantId, version, createdAt, ...fromContent(content) } });
  return version;
}
