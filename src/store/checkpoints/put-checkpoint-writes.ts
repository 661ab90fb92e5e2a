import type { Fence } from '../../domain/run.js';
import { toBase64 } from '../database/base64.js';
import type { Db } from '../database/database.js';
import { toText } from '../database/text.js';
import { fenceSql, requireHeld } from '../runs/fence.js';
import type { CheckpointPlace } from './put-checkpoint.js';

/** What tasks wrote on top of a checkpoint. Negative `idx`: one of LangGraph's special channels, of which a task has at most one. */
export interface NewCheckpointWrites extends CheckpointPlace {
  readonly checkpointId: string;
  readonly taskId: string;
  /** No `idx` twice. */
  readonly writes: readonly { readonly idx: number; readonly channel: string; readonly type: string; readonly bytes: Uint8Array }[];
}

const NO_RUN = '00000000-0000-0000-0000-000000000000';

/**
 * Writes them, or throws LeaseLost and writes nothing. One statement, one round trip. Within one run a special write replaces the earlier
 * one, any other stays as it was written first; writes of different runs stand side by side, and store/checkpoints/standing-writes.ts tells which count.
 */
export async function putCheckpointWrites(db: Db, fence: Fence | null, given: NewCheckpointWrites): Promise<void> {
  const { threadId, checkpointNs, checkpointId, taskId, writes } = given;
  const records = writes.map(({ idx, channel, type, bytes }) => ({ idx, channel: toText(channel), type, blob: toBase64(bytes) }));
  const rows = await db.$queryRaw<{ held: number }[]>`
    WITH ${fenceSql(threadId, fence)}, write AS (
      INSERT INTO "CheckpointWrite" AS w
             ("threadId", "checkpointNs", "checkpointId", "taskId", "idx", "runId", "channel", "type", "blob")
      SELECT ${threadId}::uuid, ${checkpointNs}, ${checkpointId}::uuid, ${taskId}, r."idx", ${fence?.runId ?? NO_RUN}::uuid,
             r."channel", r."type", decode(r."blob", 'base64')
        FROM fence,
             json_to_recordset(${JSON.stringify(records)}::json) AS r("idx" int, "channel" text, "type" text, "blob" text)
      ON CONFLICT ("threadId", "checkpointNs", "checkpointId", "taskId", "idx", "runId") DO UPDATE
         SET "channel"  = EXCLUDED."channel",
             "type"     = EXCLUDED."type",
             "blob"     = EXCLUDED."blob",
             "sequence" = EXCLUDED."sequence"
       WHERE w."idx" < 0
    )
    SELECT count(*)::int AS "held" FROM fence`;
  requireHeld(fence, rows[0]?.held);
}
