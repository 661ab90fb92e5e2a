import { v7 as uuid7 } from 'uuid';
import type { Json } from '../../domain/json.js';
import { toWebhookBody } from '../../domain/webhook-body.js';
import type { Db } from '../../store/database/database.js';
import { findRunPayloadRows, findRuns } from '../../store/runs/runs.js';
import type { Tenant } from '../../store/tenant.js';
import { insertDelivery } from '../../store/webhooks/insert-delivery.js';

/** Owes the webhook call of a run that the caller's transaction has just ended. Three round trips. */
export async function oweWebhook(
  db: Db,
  tenant: Tenant,
  { runId, url, values }: { runId: string; url: string; values: Json },
): Promise<void> {
  const run = (await findRuns(db, tenant, [runId], { removed: true })).get(runId);
  const payload = (await findRunPayloadRows(db, tenant, [runId])).get(runId);
  if (!run || !payload) throw new Error(`Run ${runId} was ended and cannot be read.`);
  await insertDelivery(db, tenant, { id: uuid7(), runId, url, body: toWebhookBody(run, { kwargs: payload.kwargs, values }) });
}
