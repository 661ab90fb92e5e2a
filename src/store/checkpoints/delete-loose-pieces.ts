import type { Db } from '../database/database.js';

/**
 * Removes of threads what belongs to no checkpoint any more: blobs that neither a checkpoint's values nor a later version are built of, and
 * THREAD_STATE events that name one that is gone. Not writes: a run that is under way may write on a checkpoint before it writes that. One
 * statement, in the caller's transaction, which holds the threads whole and has called {@link preferLookups}.
 */
export async function deleteLoosePieces(db: Db, threadIds: readonly string[]): Promise<void> {
  const ids = [...threadIds];
  await db.$executeRaw`
    WITH RECURSIVE link AS (
      SELECT value.*
        FROM "Checkpoint" c
       CROSS JOIN LATERAL jsonb_each_text(c."channelVersions") AS v("channel", "version")
       CROSS JOIN LATERAL (
               SELECT b."threadId", b."checkpointNs", b."channel", b."version", b."baseVersion"
                 FROM "CheckpointBlob" b
                WHERE (b."threadId", b."checkpointNs", b."channel", b."version") = (c."threadId", c."checkpointNs", v."channel", v."version")
                LIMIT 1) value
       WHERE c."threadId" = ANY(${ids}::uuid[])
       UNION
      SELECT base.*
        FROM link l
       CROSS JOIN LATERAL (
               SELECT b."threadId", b."checkpointNs", b."channel", b."version", b."baseVersion"
                 FROM "CheckpointBlob" b
                WHERE (b."threadId", b."checkpointNs", b."channel", b."version") = (l."threadId", l."checkpointNs", l."channel", l."baseVersion")
                LIMIT 1) base
    ), event AS (
      DELETE FROM "RunEvent" e
       WHERE e."threadId" = ANY(${ids}::uuid[])
         AND e."kind" = 'THREAD_STATE'
         AND NOT EXISTS (
               SELECT 1
                 FROM "Checkpoint" c
                WHERE c."threadId" = e."threadId"
                  AND c."checkpointNs" = COALESCE(e."data" ->> 'checkpoint_ns', '')
                  AND c."checkpointId"::text = e."data" ->> 'checkpoint_id')
    )
    DELETE FROM "CheckpointBlob" b
     WHERE b."threadId" = ANY(${ids}::uuid[])
       AND NOT EXISTS (
             SELECT 1
               FROM link l
              WHERE (l."threadId", l."checkpointNs", l."channel", l."version")
                  = (b."threadId", b."checkpointNs", b."channel", b."version"))`;
}
