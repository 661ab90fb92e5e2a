import type { ChannelBlob } from '../../domain/channel-blob.js';
import { Prisma } from '../../generated/prisma/client.js';
import { fromBase64 } from '../database/base64.js';
import type { Db } from '../database/database.js';
import { fromText, toText } from '../database/text.js';
import type { CheckpointKey, StoredWrite } from './read-checkpoints.js';
import { standingWritesSql } from './standing-writes.js';

/** What one channel got on the way to a checkpoint. */
export interface ChannelHistory {
  /** Those that count (store/checkpoints/standing-writes.ts), oldest first, those of one checkpoint in order of task and index. */
  readonly writes: readonly StoredWrite[];
  /** The channel's version at the nearest ancestor that has a value for it, with the blobs it is built of; null: none has. */
  readonly seed: { readonly version: string; readonly blobs: readonly ChannelBlob[] } | null;
}

/**
 * Walks from a checkpoint's parent towards the root, for each channel as far as the nearest ancestor that has a value for it, and collects
 * the writes to the channel on the way, those on that ancestor included. One statement, one round trip; the answer has the order of `channels`.
 */
export async function readChannelHistory(
  db: Db,
  { threadId, checkpointNs, checkpointId }: CheckpointKey,
  channels: readonly string[],
): Promise<readonly ChannelHistory[]> {
  const names = channels.map(toText);
  const writesOnTheWay = Prisma.sql`(
      SELECT s."depth", w.*
        FROM step s
        JOIN "CheckpointWrite" w
          ON (w."threadId", w."checkpointNs", w."checkpointId") = (${threadId}::uuid, ${checkpointNs}, s."checkpointId")
       WHERE s."channel" = wanted."channel")`;
  const rows = await db.$queryRaw<HistoryRow[]>`
    WITH RECURSIVE step AS (
      SELECT wanted."channel", c."parentCheckpointId" AS "checkpointId", 1 AS "depth"
        FROM "Checkpoint" c
       CROSS JOIN unnest(${names}::text[]) AS wanted("channel")
       WHERE (c."threadId", c."checkpointNs", c."checkpointId") = (${threadId}::uuid, ${checkpointNs}, ${checkpointId}::uuid)
       UNION ALL
      SELECT s."channel", c."parentCheckpointId", s."depth" + 1
        FROM step s
        JOIN "Checkpoint" c
          ON (c."threadId", c."checkpointNs", c."checkpointId") = (${threadId}::uuid, ${checkpointNs}, s."checkpointId")
       WHERE c."parentCheckpointId" <> c."checkpointId"
         AND NOT EXISTS (
               SELECT 1
                 FROM "CheckpointBlob" b
                WHERE (b."threadId", b."checkpointNs", b."channel") = (${threadId}::uuid, ${checkpointNs}, s."channel")
                  AND b."version" = c."channelVersions" ->> s."channel")
    ), link AS (
      SELECT b."channel", b."version", b."baseVersion", true AS "seed"
        FROM step s
        JOIN "Checkpoint" c
          ON (c."threadId", c."checkpointNs", c."checkpointId") = (${threadId}::uuid, ${checkpointNs}, s."checkpointId")
        JOIN "CheckpointBlob" b
          ON (b."threadId", b."checkpointNs", b."channel", b."version")
           = (${threadId}::uuid, ${checkpointNs}, s."channel", c."channelVersions" ->> s."channel")
       UNION ALL
      SELECT b."channel", b."version", b."baseVersion", false
        FROM link l
        JOIN "CheckpointBlob" b
          ON (b."threadId", b."checkpointNs", b."channel", b."version") = (${threadId}::uuid, ${checkpointNs}, l."channel", l."baseVersion")
    )
    SELECT wanted."channel",
           (SELECT l."version" FROM link l WHERE l."channel" = wanted."channel" AND l."seed") AS "seedVersion",
           (SELECT json_agg(json_build_object(
                     'version', b."version", 'type', b."type", 'baseVersion', b."baseVersion", 'keptBytes', b."keptBytes",
                     'blob', encode(b."blob", 'base64')))
              FROM link l
              JOIN "CheckpointBlob" b
                ON (b."threadId", b."checkpointNs", b."channel", b."version") = (${threadId}::uuid, ${checkpointNs}, l."channel", l."version")
             WHERE l."channel" = wanted."channel") AS "blobs",
           (SELECT json_agg(json_build_object(
                     'taskId', w."taskId", 'channel', w."channel", 'type', w."type", 'bytes', encode(w."blob", 'base64'))
                     ORDER BY w."depth" DESC, w."taskId" COLLATE "C", w."idx")
              FROM (${standingWritesSql(writesOnTheWay, Prisma.sql`w."depth"`)}) w
             WHERE w."channel" = wanted."channel") AS "writes"
      FROM unnest(${names}::text[]) WITH ORDINALITY AS wanted("channel", "place")
     ORDER BY wanted."place"`;
  return rows.map(({ seedVersion, blobs, writes }) => ({
    writes: (writes ?? []).map((write) => ({ ...write, channel: fromText(write.channel), bytes: fromBase64(write.bytes) })),
    seed:
      seedVersion === null ? null : { version: seedVersion, blobs: (blobs ?? []).map((row) => ({ ...row, blob: fromBase64(row.blob) })) },
  }));
}

interface HistoryRow {
  readonly seedVersion: string | null;
  readonly blobs: readonly (Omit<ChannelBlob, 'blob'> & { readonly blob: string })[] | null;
  readonly writes: readonly (Omit<StoredWrite, 'bytes'> & { readonly bytes: string })[] | null;
}
