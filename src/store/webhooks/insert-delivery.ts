import type { JsonObject } from '../../domain/json.js';
import type { Prisma } from '../../generated/prisma/client.js';
import type { Db } from '../database/database.js';
import { toJson } from '../database/json.js';
import { ownedBy, type Tenant } from '../tenant.js';

export interface NewDelivery {
  readonly id: string;
  readonly runId: string;
  readonly url: string;
  readonly body: JsonObject;
}

/** Owes a webhook call, due at once, in the transaction that ends its run. One round trip. */
export async function insertDelivery(db: Db, tenant: Tenant, { id, runId, url, body }: NewDelivery): Promise<void> {
  const { host } = new URL(url);
  await db.delivery.create({
    data: { ...ownedBy(tenant), id, runId, url, host, body: JSON.parse(toJson(body)) as Prisma.InputJsonObject },
  });
}
