import type { ChannelBlob } from '../../domain/channel-blob.js';
import type { Json } from '../../domain/json.js';
import { Prisma } from '../../generated/prisma/client.js';
import { fromBase64 } from '../database/base64.js';
import type { Db } from '../database/database.js';
import { fromText, toText } from '../database/text.js';
import type { CheckpointPlace } from './put-checkpoint.js';
import { standingWritesSql } from './standing-writes.js';

/** A checkpoint as it is stored, with the writes that tasks laid on it. */
export interface StoredCheckpoint extends CheckpointKey {
  readonly parentCheckpointId: string | null;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Channel → version; escaped, as is the metadata, by store/database/json.ts. */
  readonly channelVersions: Json;
  readonly metadata: Json;
  /** Those that count (store/checkpoints/standing-writes.ts), in order of arrival. */
  readonly writes: readonly StoredWrite[];
}

export interface CheckpointKey extends CheckpointPlace {
  readonly checkpointId: string;
}

export interface StoredWrite {
  readonly taskId: string;
  readonly channel: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Which checkpoints; what is left out does not matter. */
export interface CheckpointQuery {
  readonly threadId?: string | undefined;
  readonly checkpointNs?: string | undefined;
  readonly checkpointId?: string | undefined;
  /** Only ids below this one. */
  readonly beforeId?: string | undefined;
  /** Only what comes after this checkpoint in the order of the answer. */
  readonly after?: CheckpointKey | undefined;
  /** Text of a JSON object, escaped by toJsonb, that the metadata must contain. */
  readonly metadata?: string | undefined;
  readonly limit: number;
}

/** Checkpoints, newest first, and every blob that their values are built of (a blob that several of them share comes once). */
export interface CheckpointPage {
  readonly checkpoints: readonly StoredCheckpoint[];
  readonly findBlob: (place: CheckpointPlace, channel: string, version: string) => ChannelBlob | undefined;
}

/** Reads checkpoints with their values and writes. One statement, one round trip, whatever the number of channels. */
export async function readCheckpoints(db: Db, query: CheckpointQuery): Promise<CheckpointPage> {
  const rows = await db.$queryRaw<{ checkpoints: CheckpointRow[] | null; blobs: BlobRow[] | null }[]>`
    WITH RECURSIVE target AS MATERIALIZED (
      SELECT *
        FROM "Checkpoint"
       WHERE ${Prisma.join(toClauses(query), ' AND ')}
       ORDER BY "checkpointId" DESC, "threadId" DESC, "checkpointNs" DESC
       LIMIT ${query.limit}
    ), link AS (
      SELECT b."threadId", b."checkpointNs", b."channel", b."version", b."baseVersion"
        FROM target t
       CROSS JOIN LATERAL jsonb_each_text(t."channelVersions") AS v("channel", "version")
        JOIN "CheckpointBlob" b
          ON (b."threadId", b."checkpointNs", b."channel", b."version") = (t."threadId", t."checkpointNs", v."channel", v."version")
       UNION
      SELECT b."threadId", b."checkpointNs", b."channel", b."version", b."baseVersion"
        FROM link l
        JOIN "CheckpointBlob" b
          ON (b."threadId", b."checkpointNs", b."channel", b."version") = (l."threadId", l."checkpointNs", l."channel", l."baseVersion")
    )
    SELECT (SELECT json_agg(json_build_object(
                     'threadId', t."threadId", 'checkpointNs', t."checkpointNs", 'checkpointId', t."checkpointId",
                     'parentCheckpointId', t."parentCheckpointId", 'type', t."type", 'bytes', encode(t."checkpoint", 'base64'),
                     'channelVersions', t."channelVersions", 'metadata', t."metadata",
                     'writes', (SELECT json_agg(json_build_object(
                                         'taskId', w."taskId", 'channel', w."channel", 'type', w."type", 'bytes', encode(w."blob", 'base64'))
                                         ORDER BY w."sequence")
                                  FROM (${standingWritesSql(WRITES_OF_TARGET, Prisma.sql`w."checkpointId"`)}) w))
                     ORDER BY t."checkpointId" DESC, t."threadId" DESC, t."checkpointNs" DESC)
              FROM target t) AS "checkpoints",
           (SELECT json_agg(json_build_object(
                     'threadId', b."threadId", 'checkpointNs', b."checkpointNs", 'channel', b."channel", 'version', b."version",
                     'type', b."type", 'baseVersion', b."baseVersion", 'keptBytes', b."keptBytes", 'blob', encode(b."blob", 'base64')))
              FROM link
              JOIN "CheckpointBlob" b USING ("threadId", "checkpointNs", "channel", "version")) AS "blobs"`;
  const { checkpoints, blobs } = rows[0] ?? {};
  const blobsByKey = new Map((blobs ?? []).map((row) => [toKey(row, row.channel, row.version), row]));
  return {
    checkpoints: (checkpoints ?? []).map((row) => ({
      ...row,
      bytes: fromBase64(row.bytes),
      writes: (row.writes ?? []).map((write) => ({ ...write, channel: fromText(write.channel), bytes: fromBase64(write.bytes) })),
    })),
    findBlob: (place, channel, version) => {
      const row = blobsByKey.get(toKey(place, toText(channel), version));
      return row && { ...row, blob: fromBase64(row.blob) };
    },
  };
}

const WRITES_OF_TARGET = Prisma.sql`(
      SELECT *
        FROM "CheckpointWrite"
       WHERE ("threadId", "checkpointNs", "checkpointId") = (t."threadId", t."checkpointNs", t."checkpointId"))`;

type InBase64<T extends { readonly bytes: Uint8Array }> = Omit<T, 'bytes'> & { readonly bytes: string };
type CheckpointRow = Omit<InBase64<StoredCheckpoint>, 'writes'> & { readonly writes: readonly InBase64<StoredWrite>[] | null };
type BlobRow = Omit<ChannelBlob, 'blob'> & CheckpointPlace & { readonly channel: string; readonly blob: string };

function toClauses(query: CheckpointQuery): Prisma.Sql[] {
  const { threadId, checkpointNs, checkpointId, beforeId, after, metadata } = query;
  const clauses = [Prisma.sql`true`];
  if (threadId !== undefined) clauses.push(Prisma.sql`"threadId" = ${threadId}::uuid`);
  if (checkpointNs !== undefined) clauses.push(Prisma.sql`"checkpointNs" = ${checkpointNs}`);
  if (checkpointId !== undefined) clauses.push(Prisma.sql`"checkpointId" = ${checkpointId}::uuid`);
  if (beforeId !== undefined) clauses.push(Prisma.sql`"checkpointId" < ${beforeId}::uuid`);
  if (metadata !== undefined) clauses.push(Prisma.sql`"metadata" @> ${metadata}::jsonb`);
  if (after !== undefined) {
    clauses.push(
      Prisma.sql`("checkpointId", "threadId", "checkpointNs") < (${after.checkpointId}::uuid, ${after.threadId}::uuid, ${after.checkpointNs})`,
    );
  }
  return clauses;
}

function toKey({ threadId, checkpointNs }: CheckpointPlace, channel: string, version: string): string {
  return JSON.stringify([threadId, checkpointNs, version, channel]);
}
