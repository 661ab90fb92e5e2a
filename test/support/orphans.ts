import type { Database } from '../../src/store/database/database.js';

/** How many rows of each kind belong to nothing. */
export interface Orphans {
  /** Rows of a thread that is gone (payloads: of a run). */
  readonly threadless: number;
  /** Values that no checkpoint has, nor a value that is built on them. */
  readonly blobs: number;
  /** Values that cannot be read, because what they are built on is gone. */
  readonly baseless: number;
  /** Writes on a checkpoint that is not there. */
  readonly writes: number;
  /** Events that tell a state which is not there. */
  readonly stateEvents: number;
}

export const NO_ORPHANS: Orphans = { threadless: 0, blobs: 0, baseless: 0, writes: 0, stateEvents: 0 };

/** Goes through the whole database. */
export async function countOrphans({ prisma }: Database): Promise<Orphans> {
  return prisma.$transaction(async (db) => {
    // Compiling the statement takes longer than carrying it out.
    await db.$executeRaw`SELECT set_config('jit', 'off', true)`;
    const [orphans] = await db.$queryRawUnsafe<[Orphans]>(COUNT);
    return orphans;
  });
}

const OF_THREADS = ['Run', 'RunEvent', 'Checkpoint', 'CheckpointBlob', 'CheckpointWrite', 'Interrupt', 'ThreadState'];

const COUNT = `
    WITH RECURSIVE needed AS (
      SELECT c."threadId", c."checkpointNs", v."channel", v."version"
        FROM "Checkpoint" c, jsonb_each_text(c."channelVersions") AS v("channel", "version")
       UNION
      SELECT b."threadId", b."checkpointNs", b."channel", b."baseVersion"
        FROM needed n
       CROSS JOIN LATERAL (
               SELECT *
                 FROM "CheckpointBlob" b
                WHERE (b."threadId", b."checkpointNs", b."channel", b."version")
                    = (n."threadId", n."checkpointNs", n."channel", n."version")
                LIMIT 1) b
       WHERE b."baseVersion" IS NOT NULL
    )
    SELECT (${OF_THREADS.map((table) => `(SELECT count(*) FROM "${table}" WHERE "threadId" NOT IN (SELECT "id" FROM "Thread"))`).join(' + ')}
            + (SELECT count(*) FROM "RunPayload" WHERE "runId" NOT IN (SELECT "id" FROM "Run")))::int AS "threadless",
           (SELECT count(*)
              FROM (SELECT "threadId", "checkpointNs", "channel", "version" FROM "CheckpointBlob" EXCEPT TABLE needed) b)::int AS "blobs",
           (SELECT count(*)
              FROM "CheckpointBlob" b
             WHERE b."baseVersion" IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM "CheckpointBlob" base
                                WHERE (base."threadId", base."checkpointNs", base."channel", base."version")
                                    = (b."threadId", b."checkpointNs", b."channel", b."baseVersion")))::int AS "baseless",
           (SELECT count(*)
              FROM "CheckpointWrite" w
             WHERE NOT EXISTS (SELECT 1 FROM "Checkpoint" c
                                WHERE (c."threadId", c."checkpointNs", c."checkpointId")
                                    = (w."threadId", w."checkpointNs", w."checkpointId")))::int AS "writes",
           (SELECT count(*)
              FROM "RunEvent" e
             WHERE e."kind" = 'THREAD_STATE'
               AND NOT EXISTS (SELECT 1 FROM "Checkpoint" c
                                WHERE c."threadId" = e."threadId"
                                  AND c."checkpointNs" = COALESCE(e."data" ->> 'checkpoint_ns', '')
                                  AND c."checkpointId"::text = e."data" ->> 'checkpoint_id'))::int AS "stateEvents"`;
