import type { Db } from '../database/database.js';

/**
 * Makes a thread's metadata name again the graph and the assistant of the newest checkpoint that a run took which is still there, because
 * the run that they name has left nothing. A thread in which no such run took one keeps what it names. Gives the graph that its state is
 * read with; null when it names none. One statement, in the caller's transaction, which holds the thread.
 */
export async function restoreGraph(db: Db, { threadId, runId }: { threadId: string; runId: string }): Promise<string | null> {
  const [row] = await db.$queryRaw<{ graphId: string | null }[]>`
    WITH gone AS (
      SELECT jsonb_build_object('graph_id', "graphId", 'assistant_id', "assistantId") AS "names" FROM "Run" WHERE "id" = ${runId}::uuid
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
       SET "metadata" = "metadata" || COALESCE((SELECT newest."names" FROM newest, gone WHERE "metadata" @> gone."names"), '{}')
     WHERE "id" = ${threadId}::uuid
    RETURNING "metadata" ->> 'graph_id' AS "graphId"`;
  return row?.graphId ?? null;
}
