import { Prisma } from '../generated/prisma/client.js';

/** Whose rows a call may see and change. One tenant, `default`, until authentication names another. */
export interface Tenant {
  readonly tenantId: string;
}

export const DEFAULT_TENANT: Tenant = { tenantId: 'default' };

/** The scope of every Prisma call on a root table: spread it into `where`, and into `data` of a new row. */
export function ownedBy({ tenantId }: Tenant): { tenantId: string } {
  return { tenantId };
}

/** The same scope as a clause of raw SQL: `WHERE ${ownedBySql(tenant)} AND …`. `alias` names the table in a join. */
export function ownedBySql({ tenantId }: Tenant, alias?: string): Prisma.Sql {
  return alias === undefined ? Prisma.sql`"tenantId" = ${tenantId}` : Prisma.sql`${Prisma.raw(`"${alias}"`)}."tenantId" = ${tenantId}`;
}

/** The scope of reads of a table of which some rows belong to no tenant (assistants that graphs get at start): everyone may see those. */
export function readableBy({ tenantId }: Tenant): { OR: [{ tenantId: null }, { tenantId: string }] } {
  return { OR: [{ tenantId: null }, { tenantId }] };
}

/** The same scope as a clause of raw SQL. */
export function readableBySql(tenant: Tenant): Prisma.Sql {
  return Prisma.sql`("tenantId" IS NULL OR ${ownedBySql(tenant)})`;
}

/**
 * Whether a tenant may change a row that it sees. What belongs to nobody is the default tenant's to change: without authentication that
 * is everybody there is; with it, one tenant's change would be a change for all.
 */
export function mayChange({ tenantId }: Tenant, row: { readonly tenantId: string | null }): boolean {
  return (row.tenantId ?? DEFAULT_TENANT.tenantId) === tenantId;
}
