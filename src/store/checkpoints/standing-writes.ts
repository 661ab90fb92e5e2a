import { Prisma } from '../../generated/prisma/client.js';

/**
 * Of the rows of `writes` (a table expression of CheckpointWrite rows) those that count, as a query. `checkpoint` names the columns that
 * tell one checkpoint from another.
 *
 * A task's ordinary writes are one set: those of the latest run that wrote any. LangGraph replaces them as a whole, and with durability EXIT
 * writes an earlier run's once more, at other indexes. Of each special channel (negative index) the latest run's write counts.
 */
export function standingWritesSql(writes: Prisma.Sql, checkpoint: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT ON (${checkpoint}, w."taskId", w."idx") w.*
      FROM (SELECT w.*,
                   first_value(w."runId") OVER (PARTITION BY ${checkpoint}, w."taskId", w."idx" < 0 ORDER BY w."sequence" DESC) AS "latestRunId"
              FROM ${writes} w) w
     WHERE w."idx" < 0
        OR w."runId" = w."latestRunId"
     ORDER BY ${checkpoint}, w."taskId", w."idx", w."sequence" DESC`;
}
