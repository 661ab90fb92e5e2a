import type { AssistantVersion } from '../../domain/assistant.js';
import { badUserInput } from '../../domain/errors.js';
import type { JsonObject } from '../../domain/json.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { Prisma, type AssistantVersion as VersionRow } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { toJsonb } from '../database/json.js';
import { toVersion } from './assistant-versions.js';

export interface VersionQuery {
  /** Of an assistant that the caller was shown, which is what scopes this list. */
  readonly assistantId: string;
  /** Containment. */
  readonly metadata: JsonObject | null;
}

/** Versions of one assistant, newest first, forward only. The number is the cursor. One round trip; `countAll` is one more. */
export async function listAssistantVersions(
  db: Db,
  { assistantId, metadata }: VersionQuery,
  { limit, cursor }: PageRequest,
): Promise<Page<AssistantVersion>> {
  const where = [Prisma.sql`"assistantId" = ${assistantId}::uuid`];
  if (metadata) where.push(Prisma.sql`"metadata" @> ${toJsonb(metadata)}::jsonb`);
  const shown = cursor === null ? where : [...where, Prisma.sql`"version" < ${decodeCursor(cursor)}`];
  const rows = await db.$queryRaw<VersionRow[]>`
    SELECT "assistantId"::text, "version", "graphId", "name", "description", "config", "context", "metadata", "createdAt"
      FROM "AssistantVersion"
     WHERE ${Prisma.join(shown, ' AND ')}
     ORDER BY "version" DESC
     LIMIT ${limit + 1}`;
  return {
    edges: rows.slice(0, limit).map((row) => ({ cursor: encodeCursor(row.version), node: toVersion(row) })),
    hasNextPage: rows.length > limit,
    hasPreviousPage: cursor !== null,
    countAll: () => countVersions(db, where),
  };
}

async function countVersions(db: Db, where: readonly Prisma.Sql[]): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count"
      FROM "AssistantVersion"
     WHERE ${Prisma.join([...where], ' AND ')}`;
  return row?.count ?? 0;
}

function encodeCursor(version: number): string {
  return Buffer.from(String(version)).toString('base64url');
}

const CURSOR = /^[1-9]\d{0,8}$/;

function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (CURSOR.test(text)) return Number(text);
  throw badUserInput('The page cursor is not one of this list. Pass `pageInfo.endCursor` of an earlier page.', [
    { path: ['after'], message: 'is not a cursor of this list' },
  ]);
}
