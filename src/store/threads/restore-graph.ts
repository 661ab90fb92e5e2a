import type { Db } from '../database/database.js';

/**
 * When a thread's metadata names the graph and the assistant of one of these runs, which are undone, they become those of the newest
 * checkpoint that was taken by a run which is still there; without such a checkpoint they stay. Gives the graph that the thread's state is
 * read with; null when it names none. One statement, in the caller's transaction, which holds the thread and has deleted what the runs wrote.
 */
export async function restoreGraph(db: Db, { threadId, runIds }: { threadId: string; runIds: readonly string[] }): Promise<string | null> {
  const [row] = await db.$queryRaw<{ graphId: string | null }[]>`
    WITH gone AS (
      SELECT jsonb_build_object('graph_id', "graphId", 'assistant_id', "assistantId") AS "names"
        FROM "Run"
       WHERE "id" = ANY(${[...runIds]}::uuid[])
    ), newest AS (
      SELECT jsonb_build_object('graph_id', r."graphId", 'assistant_id', r."assistantId") AS "names"
        FROM "Checkpoint" c
        JOIN "Run" r ON r."id" = c."runId"
       WHERE c."threadId" = ${threadId}::uuid
         AND c."checkpointNs" = ''
       ORDER BY c."checkpointId" DESC
       LIMIT 1
    )
    UPDATE "Thread"
       SET "metadata" = "metadata" || COALESCE((SELECT newest."names" FROM newest WHERE "metadata" @> ANY (SELECT "names" FROM gone)), '{}')
     WHERE "id" = ${threadId}::uuid
    RETURNING "metadata" ->> 'graph_id' AS "graphId"`;
  return row?.graphId ?? null;
}
